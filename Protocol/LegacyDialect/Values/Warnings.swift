// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What was taken for something else than it says, and not without end.
struct Warnings: Sendable {
    /// To whom they are said.
    enum Manner: Sendable {
        /// To whoever imports a file: everything, each sentence once.
        case forFile
        /// To whoever sent a request: what the C program says, as often as it says it.
        case forAnswer
    }

    let manner: Manner
    private(set) var sentences: [LegacySentence] = []
    private var seen: Set<LegacySentence> = []
    private var bytes = 0
    /// More sentences than these would help nobody.
    private static let most = 100
    /// The room that the C program has for its sentences.
    private static let mostBytes = 1_024

    init(_ manner: Manner) {
        self.manner = manner
    }

    /// Adds a sentence of the C program.
    mutating func append(_ sentence: LegacySentence) {
        switch manner {
        case .forFile:
            guard seen.count <= Self.most, seen.insert(sentence).inserted else { return }
            sentences.append(seen.count > Self.most ? .own("There are more warnings than these") : sentence)
        case .forAnswer:
            let length = ". ".utf8.count + sentence.text.utf8.count
            guard bytes + length <= Self.mostBytes else { return }
            bytes += length
            sentences.append(sentence)
        }
    }

    /// Adds what the C program passes over in silence.
    mutating func note(_ text: String) {
        switch manner {
        case .forFile: append(.own(text))
        case .forAnswer: break
        }
    }
}
