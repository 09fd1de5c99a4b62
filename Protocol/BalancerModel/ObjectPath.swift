// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A place in the configuration, by names: `/farms/web/backends/a/weight`. Parts are escaped as in RFC 6901.
public struct ObjectPath: Sendable, Hashable {
    /// The unescaped parts.
    public var components: [String]

    /// The configuration itself.
    public static let root = ObjectPath([])

    /// A path of unescaped parts.
    public init(_ components: [String]) {
        self.components = components
    }

    /// A path from its text: empty, or parts each with a slash in front; `~1` is a slash and `~0` a tilde.
    public init(parsing text: String) throws(InvalidValue) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.removeFirst().isEmpty else {
            throw InvalidValue("\"\(text)\" is not a path", hint: "a path begins with a slash: /farms/web")
        }
        if parts == [""] { parts = [] }
        components = []
        for part in parts {
            guard let component = ObjectPath.unescaped(part) else {
                throw InvalidValue("\"\(text)\" is not a path", hint: "write ~0 for a tilde and ~1 for a slash")
            }
            components.append(component)
        }
    }

    /// This path and one part more.
    public func appending(_ component: String) -> ObjectPath {
        ObjectPath(components + [component])
    }

    private static func unescaped(_ part: Substring) -> String? {
        guard part.utf8.contains(UInt8(ascii: "~")) else { return String(part) }
        var result: [UInt8] = []
        var bytes = part.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "~") else {
                result.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "0"): result.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): result.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escaped(_ component: String) -> String {
        var result: [UInt8] = []
        for byte in component.utf8 {
            switch byte {
            case UInt8(ascii: "~"): result += "~0".utf8
            case UInt8(ascii: "/"): result += "~1".utf8
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ObjectPath: CustomStringConvertible {
    /// The escaped text; empty for the root.
    public var description: String {
        components.map { "/" + ObjectPath.escaped($0) }.joined()
    }
}
