// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import Testing

@Suite("Reading")
struct ReaderTests {
    @Test("A document of every kind of value")
    func everything() throws {
        let text = #" {"a": [1, -2.50, "x\n\u00e9\ud83d\ude00", true, false, null], "b": {}} "#
        let value = try JSONValue(parsing: Array(text.utf8))
        let half = try #require(JSONNumber(text: "-2.50"))
        #expect(value == ["a": [1, .number(half), "x\né😀", true, false, nil], "b": [:]])
        #expect(value.description == #"{"a":[1,-2.50,"x\né😀",true,false,null],"b":{}}"#)
    }
}
