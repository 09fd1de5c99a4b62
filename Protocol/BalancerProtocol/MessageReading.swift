// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import JSON

/// A long frame that is read a part at a time. The result is what ``IncomingMessage/init(parsing:)`` makes of it.
package struct MessageReading: Sendable {
    private var text: Result<JSONText, JSONError>

    /// A frame's payload, of which nothing has been read.
    package init(_ payload: [UInt8]) {
        do throws(JSONError) {
            text = .success(try JSONText(payload, options: .forMessages))
        } catch {
            text = .failure(error)
        }
    }

    /// Reads on for so many bytes.
    ///
    /// - Returns: the message, and all that was read, to be given back later; nil when there is more of it.
    package mutating func advance(bytes: Int) -> (message: IncomingMessage, read: JSONValue)? {
        guard case .success(var reading) = text else { return finish(.null) }
        // The reader works on its own: what two hold would be copied.
        text = .failure(JSONError(offset: 0, reason: .unexpectedEnd))
        do throws(JSONError) {
            if let value = try reading.advance(bytes: bytes) { return (IncomingMessage(json: value), value) }
            text = .success(reading)
            return nil
        } catch {
            text = .failure(error)
            return finish(reading.abandon())
        }
    }

    private func finish(_ read: JSONValue) -> (message: IncomingMessage, read: JSONValue)? {
        guard case .failure(let error) = text else { return nil }
        return (IncomingMessage(error), read)
    }
}
