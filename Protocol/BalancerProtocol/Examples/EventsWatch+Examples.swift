// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension EventsWatch {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "from now on",
            configuration: ExampleConfiguration.web,
            answer: .resultLike(#"{"revision":1,"sequence":1700000000000001}"#)),
        MethodExample(
            "first everything behind revision 1, which is nothing yet",
            configuration: ExampleConfiguration.web,
            parameters: #"{"since":1}"#,
            answer: .resultLike(#"{"revision":1,"sequence":1700000000000000}"#)),
    ]
}
