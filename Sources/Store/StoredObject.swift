// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One object: what it is, where it belongs, and its content, which the store does not look into.
public struct StoredObject: Equatable, Sendable {
    /// What it is: a word of the owner's.
    public var kind: String
    /// Its number, unique in its kind.
    public var id: Int64
    /// The number of the object it belongs to, not negative; the owner knows of which kind. 0 for none.
    public var parent: Int64
    /// Its place among its siblings of the same kind, in the order in which they are read.
    public var position: Int64
    /// Its name, for whoever reads the file with other programs.
    public var name: String
    /// Its content.
    public var body: [UInt8]

    /// Makes a row.
    public init(kind: String, id: Int64, parent: Int64, position: Int64, name: String, body: [UInt8]) {
        self.kind = kind
        self.id = id
        self.parent = parent
        self.position = position
        self.name = name
        self.body = body
    }
}

/// One element of a list, of which there may be a million: small, found by list and data.
public struct StoredElement: Equatable, Sendable {
    /// The number of the object that it is an element of.
    public var list: Int64
    /// What it is: unique in its list.
    public var data: [UInt8]
    /// How long it stays, in seconds.
    public var time: Int64
    /// When it ends, in seconds since 1970.
    public var deadline: Int64

    /// Makes a row.
    public init(list: Int64, data: [UInt8], time: Int64, deadline: Int64) {
        self.list = list
        self.data = data
        self.time = time
        self.deadline = deadline
    }
}
