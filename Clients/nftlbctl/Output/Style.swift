// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// Colours on a terminal, and nothing anywhere else. https://no-color.org
struct Style {
    /// What a text is made to look like.
    enum Look: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    let isColoured: Bool

    /// The style of a descriptor.
    init(descriptor: Int32) {
        if Self.isSet("NO_COLOR") {
            isColoured = false
        } else if Self.isSet("FORCE_COLOR") {
            isColoured = true
        } else {
            let isDumb = unsafe getenv("TERM").map { unsafe strcmp($0, "dumb") == 0 } ?? true
            isColoured = isatty(descriptor) == 1 && isDumb == false
        }
    }

    func paint(_ text: String, _ look: Look?) -> String {
        guard isColoured, let look, text.isEmpty == false else { return text }
        return "\u{1b}[\(look.rawValue)m\(text)\u{1b}[0m"
    }

    private static func isSet(_ name: String) -> Bool {
        guard let value = unsafe getenv(name) else { return false }
        return unsafe value.pointee != 0
    }
}
