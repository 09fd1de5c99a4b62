// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A frame on the wire: a length of four bytes, most significant first, and that many bytes of JSON.
public enum Frame {
    /// Bytes of the length in front of each frame.
    public static let headerLength = 4

    /// The longest request accepted on the socket that may change something: 64 MiB.
    public static let requestLimit = 64 << 20

    /// The longest request accepted on the read-only socket: 64 KiB.
    public static let readOnlyRequestLimit = 64 << 10

    /// The longest reply a server sends: 16 MiB. What is longer is asked for in pages.
    public static let replyLimit = 16 << 20

    /// The frame around `payload`, which must be shorter than 4 GiB.
    public static func encode(_ payload: some Collection<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(headerLength + payload.count)
        append(to: &output) { $0.append(contentsOf: payload) }
        return output
    }

    /// Appends a frame whose payload `write` appends to `output`: no second buffer is needed to learn the length.
    public static func append(to output: inout [UInt8], writing write: (inout [UInt8]) -> Void) {
        let start = output.count
        output.append(contentsOf: [0, 0, 0, 0])
        write(&output)
        let length = UInt32(output.count - start - headerLength)
        for index in 0..<headerLength {
            output[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * (headerLength - 1 - index)))
        }
    }
}
