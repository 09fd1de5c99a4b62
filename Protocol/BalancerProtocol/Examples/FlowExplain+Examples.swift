// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension FlowExplain {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "one backend, by a hash",
            configuration: ExampleConfiguration.hashed,
            parameters: #"{"protocol":"tcp","source":"203.0.113.7:41234","destination":"192.0.2.10:80"}"#,
            answer: .result(
                #"{"verdict":"balanced","farm":"web","backend":"a","policies":[],"limits":[],"scheduler":"hash","distribution":[{"backend":"a","perMillion":1000000}],"translation":{"destination":"198.51.100.1:80"},"reasons":["the farm web has the address and the port","the hash of srcip is slot 56 of 61"]}"#
            )),
        MethodExample(
            "in turn: nobody can say who is next",
            configuration: ExampleConfiguration.web,
            parameters: #"{"protocol":"tcp","source":"203.0.113.7:41234","destination":"192.0.2.10:80"}"#,
            answer: .result(
                #"{"verdict":"balanced","farm":"web","backend":null,"policies":[],"limits":[],"scheduler":"rr","distribution":[{"backend":"b","perMillion":833333},{"backend":"a","perMillion":166667}],"reasons":["the farm web has the address and the port","backends are chosen in turn"]}"#
            )),
        MethodExample(
            "nobody takes it",
            configuration: ExampleConfiguration.web,
            parameters: #"{"protocol":"udp","source":"203.0.113.7:41234","destination":"192.0.2.10:80"}"#,
            answer: .result(
                #"{"verdict":"untouched","farm":null,"backend":null,"policies":[],"limits":[],"distribution":[],"reasons":["no farm takes udp to 192.0.2.10 port 80"]}"#
            )),
    ]
}
