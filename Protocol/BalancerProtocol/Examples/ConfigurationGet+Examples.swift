// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension ConfigurationGet {
    /// Requests and their answers.
    public static let examples = [
        MethodExample(
            "nothing is configured",
            answer: .result(#"{"revision":0,"configuration":{"farms":[],"policies":[]}}"#)),
        MethodExample(
            "everything in one reply",
            configuration: ExampleConfiguration.web,
            answer: .result(#"{"revision":1,"configuration":\#(ExampleConfiguration.web)}"#)),
        MethodExample(
            "the first of two pages",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"limit":1}"#,
            answer: .result(
                #"{"revision":1,"configuration":{"farms":[{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","state":"down"}]}]},"cursor":"1.farms.1"}"#
            )),
        MethodExample(
            "the second page",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"limit":1,"cursor":"1.farms.1"}"#,
            answer: .result(#"{"revision":1,"configuration":{"farms":[{"name":"mail","state":"off"}]}}"#)),
        MethodExample(
            "some objects by name, and by what they have",
            configuration: ExampleConfiguration.webAndMail,
            parameters: #"{"only":{"farms":["mail","nobody","mail"],"addresses":["v4"],"farmsWithAddress":["v4"]}}"#,
            answer: .result(
                #"{"revision":1,"configuration":{"farms":[{"name":"mail","state":"off"},{"name":"web","addresses":[{"name":"v4","ip-addr":"192.0.2.10","ports":[80]}],"backends":[{"name":"a","ip-addr":"198.51.100.1"},{"name":"b","ip-addr":"198.51.100.2","state":"down"}]}],"policies":[],"addresses":[]}}"#
            )),
        MethodExample(
            "a selection that nobody knows",
            parameters: #"{"only":{"farm":["web"]}}"#,
            answer: .error(
                #"{"code":-32602,"message":"configuration.get: parameter 'only.farm': unknown, there are farms, policies, addresses, clusters, farmsWithAddress, usersOfPolicy","data":{"kind":"invalid","reason":"configuration.get: parameter 'only.farm': unknown, there are farms, policies, addresses, clusters, farmsWithAddress, usersOfPolicy","hint":"rpc.discover describes the parameters of each method"}}"#
            )),
        MethodExample(
            "a page of a revision that is gone",
            configuration: ExampleConfiguration.web,
            parameters: #"{"cursor":"0.farms.0"}"#,
            answer: .error(
                #"{"code":-32003,"message":"the cursor is of revision 0, this is 1","data":{"kind":"conflict","reason":"the cursor is of revision 0, this is 1","hint":"begin again without a cursor"}}"#
            )),
    ]
}
