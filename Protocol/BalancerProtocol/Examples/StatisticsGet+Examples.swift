// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension StatisticsGet {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "nothing is configured",
            answer: .result(#"{"revision":0,"farms":[],"policies":[],"clusters":[]}"#)),
        MethodExample(
            "a farm before its first connection",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"farms":["mail"]}"#,
            answer: .result(
                #"{"revision":1,"farms":[{"name":"mail","connections":0,"packetsIn":0,"packetsOut":0,"bytesIn":0,"bytesOut":0,"backends":[]}]}"#
            )),
        MethodExample(
            "one farm of the page",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"limit":1}"#,
            answer: .resultLike(
                #"{"revision":1,"cursor":"1.1","farms":[{"name":"web","connections":3,"packetsIn":15,"packetsOut":12,"bytesIn":1040,"bytesOut":5112,"backends":[{"name":"a","connections":3,"packetsIn":15,"packetsOut":12,"bytesIn":1040,"bytesOut":5112},{"name":"b","connections":0,"packetsIn":0,"packetsOut":0,"bytesIn":0,"bytesOut":0}]}],"policies":[]}"#
            )),
        MethodExample(
            "a farm that is not there",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"farms":["shop"]}"#,
            answer: .error(
                #"{"code":-32001,"message":"/farms/shop: there is no farm 'shop'","data":{"kind":"not-found","path":"/farms/shop","reason":"there is no farm 'shop'"}}"#
            )),
        MethodExample(
            "a cursor that is too old",
            parameters: #"{"cursor":"1.1"}"#,
            answer: .error(
                #"{"code":-32003,"message":"the listing of this cursor is gone","data":{"kind":"conflict","reason":"the listing of this cursor is gone","hint":"begin again without a cursor"}}"#
            )),
    ]
}
