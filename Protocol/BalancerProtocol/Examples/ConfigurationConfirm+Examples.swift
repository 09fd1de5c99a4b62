// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ConfigurationConfirm {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "it stays",
            configuration: ExampleConfiguration.web,
            change: #"{"changes":[{"set":{"farms":[{"name":"web","scheduler":"weight"}]}}],"confirmWithin":60}"#,
            parameters: #"{"revision":2}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "nothing waits",
            configuration: ExampleConfiguration.web,
            answer: .error(
                #"{"code":-32001,"message":"no change waits for a confirmation","data":{"kind":"not-found","reason":"no change waits for a confirmation","hint":"it may have been taken back: see the history"}}"#
            )),
    ]
}
