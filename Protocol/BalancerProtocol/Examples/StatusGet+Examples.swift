// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension StatusGet {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "nothing is configured",
            answer: .result(#"{"revision":0,"state":"ready","farms":[]}"#)),
        MethodExample(
            "what is declared and what is the case",
            configuration: ExampleConfiguration.webAndMail,
            answer: .resultLike(
                #"{"revision":1,"state":"ready","farms":[{"name":"web","state":"up","operational":"degraded","reason":"1 of 2 backends is not up","backends":[{"name":"a","state":"up","operational":"up","reason":""},{"name":"b","state":"down","operational":"down","reason":""}]},{"name":"mail","state":"off","operational":"off","reason":"","backends":[]}]}"#
            )),
        MethodExample(
            "some farms by name",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"farms":["nobody","mail"]}"#,
            answer: .resultLike(
                #"{"revision":1,"state":"ready","farms":[{"name":"mail","state":"off","operational":"off","reason":"the farm is off","stateSince":1700000000,"operationalSince":1700000000,"backends":[]}]}"#
            )),
        MethodExample(
            "one farm of the page",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"limit":1}"#,
            answer: .resultLike(
                #"{"revision":1,"state":"ready","cursor":"1.farms.1","farms":[{"name":"web","state":"up","operational":"up","reason":"","backends":[]}]}"#
            )),
    ]
}
