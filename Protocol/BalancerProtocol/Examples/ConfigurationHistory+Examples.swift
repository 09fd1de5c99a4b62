// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ConfigurationHistory {
    /// Requests and their answers.
    public static let examples = [
        MethodExample("nothing was ever changed", answer: .result(#"{"revisions":[]}"#)),
        MethodExample(
            "the newest change",
            configuration: ExampleConfiguration.web,
            parameters: #"{"limit":1}"#,
            answer: .resultLike(
                #"{"revisions":[{"revision":1,"time":1700000000,"user":0,"group":0,"process":1,"origin":"rpc","objects":1,"comment":"first light"}]}"#
            )),
    ]
}

extension ConfigurationRollback {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "back to before the first change",
            configuration: ExampleConfiguration.web,
            parameters: #"{"revision":0,"comment":"it was not the day"}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "what that would do",
            configuration: ExampleConfiguration.web,
            parameters: #"{"revision":0,"dryRun":true}"#,
            answer: .resultLike(#"{"revision":1,"transaction":"delete element ip nftlb …"}"#)),
        MethodExample(
            "it is so already",
            configuration: ExampleConfiguration.web,
            parameters: #"{"revision":1}"#,
            answer: .result(#"{"revision":1}"#)),
        MethodExample(
            "a revision that never was",
            configuration: ExampleConfiguration.web,
            parameters: #"{"revision":9}"#,
            answer: .error(
                #"{"code":-32001,"message":"there is no revision 9, the newest is 1","data":{"kind":"not-found","reason":"there is no revision 9, the newest is 1"}}"#
            )),
    ]
}
