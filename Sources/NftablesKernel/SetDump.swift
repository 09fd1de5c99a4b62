// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Netlink
public import Nftables

/// A dump under way, on a socket of its own.
public final class SetDump {
    private let dump: ElementDump
    private let empty: ElementList

    init(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) {
        empty = ElementList(set: set, keyLength: keyLength, dataLength: dataLength)
        do {
            dump = try ElementDump(SetIdentity(empty))
        } catch {
            throw KernelFailure(error, in: set)
        }
    }

    /// The next part, or nil at the end. Parts may be empty.
    ///
    /// `.refused(errno: EINTR)`: the ruleset changed meanwhile, and what was read may be torn. Begin again, or look up by key.
    public func next() throws(KernelFailure) -> ElementList? {
        do {
            guard let bytes = try dump.next() else { return nil }
            return ElementList(
                set: empty.set, keyLength: empty.keyLength, dataLength: empty.dataLength, bytes: bytes)
        } catch {
            throw KernelFailure(error, in: empty.set)
        }
    }
}
