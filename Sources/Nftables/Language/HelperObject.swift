// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A connection tracking helper as an object of a table: a program of the kernel that reads a protocol and lets the
/// connections through that it announces.
public struct HelperObject: Sendable, Hashable {
    /// Its name in the kernel: `ftp`, `tftp`…
    public var type: String
    /// The transport's number.
    public var transport: UInt8

    /// A helper of a protocol and a transport.
    public init(type: String, transport: UInt8) {
        self.type = type
        self.transport = transport
    }

    /// Its name in the table: `ftp-tcp`. It says all that the object is.
    public var name: String { "\(type)-\(transportText(transport))" }

    /// What stands between the braces of `add ct helper`.
    public func declarationText(in family: TableFamily) -> String {
        "type \"\(type)\" protocol \(transportText(transport)) ; l3proto \(family.text) ;"
    }
}
