// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ServiceInfo {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "who is there",
            answer: .resultLike(
                #"{"name":"nftlbd","version":"0.1.0","apiVersion":1,"state":"ready","role":"administrator"}"#)),
        MethodExample(
            "a parameter that does not exist",
            parameters: #"{"verbose":true}"#,
            answer: .error(
                #"{"code":-32602,"message":"service.info: parameter 'verbose': unknown, there are none","data":{"kind":"invalid","reason":"service.info: parameter 'verbose': unknown, there are none","hint":"rpc.discover describes the parameters of each method"}}"#
            )),
    ]
}
