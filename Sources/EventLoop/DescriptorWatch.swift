// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CSystemd

/// Tells when a file descriptor can be read or written, until it is cancelled or nobody holds it.
///
/// Level-triggered: the handler is called in each turn in which the descriptor is ready for what is wanted. The descriptor
/// stays its owner's, who cancels the watch before closing it.
@safe public final class DescriptorWatch {
    /// What a descriptor is ready for.
    public struct Readiness: OptionSet, Sendable {
        /// As epoll_ctl(2) has them.
        public let rawValue: UInt32
        /// From epoll's own bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// There are bytes, a connection or an end of stream to read.
        public static let readable = Readiness(rawValue: 0x001)
        /// A write would not block.
        public static let writable = Readiness(rawValue: 0x004)
        /// The descriptor has an error. Reported whether wanted or not.
        public static let failed = Readiness(rawValue: 0x008)
        /// The other end is gone. Reported whether wanted or not.
        public static let hungUp = Readiness(rawValue: 0x010)
    }

    private let source: EventSource
    private let handler: (Readiness) -> Void

    /// What the handler is called for. With nothing wanted the watch rests, also for errors.
    public var interest: Readiness {
        didSet {
            guard interest != oldValue else { return }
            apply()
        }
    }

    /// Watches a descriptor.
    public init(
        on loop: EventLoop, _ descriptor: Int32, for interest: Readiness = .readable,
        _ handler: @escaping (Readiness) -> Void
    ) throws(SystemError) {
        source = EventSource(loop: loop)
        self.handler = handler
        self.interest = interest

        var added: OpaquePointer?
        let result = unsafe sd_event_add_io(
            loop.handle, &added, descriptor, interest.rawValue,
            { _, _, events, userdata in
                let watch = unsafe Unmanaged<DescriptorWatch>.fromOpaque(userdata!).takeUnretainedValue()
                watch.handler(Readiness(rawValue: events))
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
        unsafe source.adopt(added)
        try checked(result, "watch descriptor \(descriptor)")
        if interest.isEmpty { source.enable(SD_EVENT_OFF) }
    }

    private func apply() {
        if let handle = unsafe source.handle {
            _ = unsafe sd_event_source_set_io_events(handle, interest.rawValue)
        }
        source.enable(interest.isEmpty ? SD_EVENT_OFF : SD_EVENT_ON)
    }

    /// Makes sure that the handler is not called again.
    public func cancel() {
        source.remove()
    }
}
