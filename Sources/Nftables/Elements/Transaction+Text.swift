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
            let elements = (0..<list.count).map { list.text(at: $0, declaration: known) }
            let verb = step.isDeletion ? "delete" : "add"
            return "\(verb) element \(list.set) { \(elements.joined(separator: ", ")) }\n"
        }.joined()
    }
}

extension ElementList {
    /// One element as nft writes it: key, or key and data.
    public func text(at index: Int, declaration: SetDeclaration?) -> String {
        let key = declaration?.keyFields ?? DataType.words(keyLength)
        let keyText = DataType.text(self.key(at: index), of: key)
        guard dataLength > 0 else { return keyText }
        let data = declaration?.dataFields ?? DataType.words(dataLength)
        return keyText + " : " + DataType.text(self.data(at: index), of: data)
    }
}

extension DataType {
    /// So many words without a meaning.
    static func words(_ bytes: Int) -> [DataType] { Array(repeating: .mark, count: bytes / 4) }
}
