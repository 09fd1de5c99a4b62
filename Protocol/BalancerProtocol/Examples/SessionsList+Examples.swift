// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension SessionsList {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "a session of the configuration",
            configuration: ExampleConfiguration.sticky,
            parameters: #"{"farm":"web"}"#,
            answer: .result(#"{"sessions":[{"client":"203.0.113.7","backend":"b","static":true}]}"#)),
        MethodExample(
            "sessions of one backend",
            configuration: ExampleConfiguration.sticky,
            parameters: #"{"farm":"web","backend":"a"}"#,
            answer: .result(#"{"sessions":[]}"#)),
        MethodExample(
            "no such farm",
            parameters: #"{"farm":"web"}"#,
            answer: .error(
                #"{"code":-32001,"message":"/farms/web: there is no such farm","data":{"kind":"not-found","path":"/farms/web","reason":"there is no such farm"}}"#
            )),
    ]
}
