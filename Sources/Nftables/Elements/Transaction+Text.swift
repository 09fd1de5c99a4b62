// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Transaction {
    /// The steps as nft commands, one a line, which load with `nft -f`.
    ///
    /// - Parameter declaration: what is known about a set; without it keys and data are printed as words in hexadecimal.
    public func text(_ declaration: (SetReference) -> SetDeclaration?) -> String {
        steps.filter { !$0.list.isEmpty }.map { step in
            let list = step.list
            let known = declaration(list.set)
            let times = step.lifetimes
            let elements = (0..<list.count).map { list.text(at: $0, declaration: known, lifetime: times?[$0]) }
            let verb = step.isDeletion ? "delete" : "add"
            return "\(verb) element \(list.set) { \(elements.joined(separator: ", ")) }\n"
        }.joined()
    }
}

extension ElementList {
    /// One element as nft writes it: key, or key and data; between them its time, if it has one of its own.
    public func text(at index: Int, declaration: SetDeclaration?, lifetime: Lifetime? = nil) -> String {
        let key = declaration?.keyFields ?? DataType.words(isInterval ? keyLength / 2 : keyLength)
        var keyText = isInterval ? intervalText(at: index, key) : DataType.text(self.key(at: index), of: key)
        if let timeout = lifetime?.timeout { keyText += " timeout \(timeout)ms" }
        if let remaining = lifetime?.remaining { keyText += " expires \(remaining)ms" }
        guard dataLength > 0 else { return keyText }
        let data = declaration?.dataFields ?? DataType.words(dataLength)
        return keyText + " : " + DataType.text(self.data(at: index), of: data)
    }

    /// Field by field: a value, or the first and the last (`tcp . 10.0.0.1 . 8000-8999`).
    private func intervalText(at index: Int, _ fields: [DataType]) -> String {
        let both = self.key(at: index)
        var (first, last) = (both.prefix(keyLength / 2), both.suffix(keyLength / 2))
        var parts: [String] = []
        for field in fields {
            let texts = [first, last].map { field.text($0.prefix(field.length)) }
            parts.append(texts[0] == texts[1] ? texts[0] : texts.joined(separator: "-"))
            (first, last) = (first.dropFirst(field.length), last.dropFirst(field.length))
        }
        return parts.joined(separator: " . ")
    }
}

extension DataType {
    /// So many words without a meaning.
    static func words(_ bytes: Int) -> [DataType] { Array(repeating: .mark, count: bytes / 4) }
}
