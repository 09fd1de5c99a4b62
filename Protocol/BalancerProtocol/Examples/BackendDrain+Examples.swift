// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension BackendDrain {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "ten minutes for those who are there",
            configuration: ExampleConfiguration.web,
            parameters: #"{"farm":"web","backend":"a","deadline":600,"comment":"a new disk"}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "a backend that takes no connections",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"farm":"web","backend":"b","deadline":600}"#,
            answer: .error(
                #"{"code":-32002,"message":"/farms/web/backends/b/state: the backend is down: it takes no connections that could be drained","data":{"kind":"invalid","path":"/farms/web/backends/b/state","reason":"the backend is down: it takes no connections that could be drained"}}"#
            )),
    ]
}
