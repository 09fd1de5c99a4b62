// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ConfigurationApply {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "a first farm",
            parameters:
                #"{"configuration":\#(ExampleConfiguration.web),"comment":"first light"}"#,
            answer: .result(#"{"revision":1}"#)),
        MethodExample(
            "two changes as one: a backend leaves, another takes its share",
            configuration: ExampleConfiguration.web,
            parameters:
                #"{"changes":[{"delete":"/farms/web/backends/a"},{"set":{"farms":[{"name":"web","backends":[{"name":"b","weight":6}]}]}}],"ifRevision":1}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "a black list in front of a farm, and many elements for it",
            configuration: ExampleConfiguration.web,
            parameters:
                #"{"changes":[{"set":{"policies":[{"name":"spam"}],"farms":[{"name":"web","policies":[{"name":"spam"}]}]}},{"add":"/policies/spam/elements","elements":["203.0.113.7","198.51.100.0/24"],"time":600}]}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "what would be done",
            configuration: ExampleConfiguration.web,
            parameters:
                #"{"configuration":{"farms":[{"name":"web","backends":[{"name":"b","state":"down"}]}]},"dryRun":true}"#,
            answer: .resultLike(#"{"revision":1,"transaction":"delete element ip nftlb …"}"#)),
        MethodExample(
            "taken back after a minute, unless it is confirmed",
            configuration: ExampleConfiguration.web,
            parameters:
                #"{"changes":[{"set":{"farms":[{"name":"web","scheduler":"weight"}]}}],"confirmWithin":60}"#,
            answer: .result(#"{"revision":2,"confirmWithin":60}"#)),
        MethodExample(
            "only what the file says",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"configuration":{"farms":[{"name":"mail"}]},"mode":"replace"}"#,
            answer: .result(#"{"revision":2}"#)),
        MethodExample(
            "somebody else was faster",
            configuration: ExampleConfiguration.web,
            parameters: #"{"changes":[{"delete":"/farms/web"}],"ifRevision":0}"#,
            answer: .error(
                #"{"code":-32003,"message":"the revision is 1, not 0","data":{"kind":"conflict","reason":"the revision is 1, not 0"}}"#
            )),
    ]
}
