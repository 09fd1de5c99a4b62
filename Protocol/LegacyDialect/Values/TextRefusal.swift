// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Why a text is not taken for the value of an attribute.
struct TextRefusal: Error {
    /// What the C program answers then.
    enum Kind {
        /// The value is refused: 400.
        case refused
        /// The reader fails: 500.
        case failed
    }

    var kind: Kind
    var sentence: LegacySentence
    /// What to write instead, where that is known.
    var hint: String?

    init(_ sentence: LegacySentence, hint: String? = nil, kind: Kind = .refused) {
        self.kind = kind
        self.sentence = sentence
        self.hint = hint
    }
}
