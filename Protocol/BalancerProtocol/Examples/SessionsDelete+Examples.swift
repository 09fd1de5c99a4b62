// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension SessionsDelete {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "nothing was learnt yet",
            configuration: ExampleConfiguration.sticky,
            parameters: #"{"farm":"web"}"#,
            answer: .result(#"{"deleted":0}"#)),
        MethodExample(
            "a client of other fields",
            configuration: ExampleConfiguration.sticky,
            parameters: #"{"farm":"web","client":"203.0.113.7 . 80"}"#,
            answer: .error(
                #"{"code":-32002,"message":"/farms/web/sessions: \"203.0.113.7 . 80\" has 2 of 1 fields","data":{"kind":"invalid","path":"/farms/web/sessions","reason":"\"203.0.113.7 . 80\" has 2 of 1 fields","hint":"write srcip"}}"#
            )),
    ]
}
