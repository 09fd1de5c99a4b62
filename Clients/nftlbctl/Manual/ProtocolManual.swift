// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import BalancerProtocol

/// nftlb-rpc(7): each method by its declaration.
enum ProtocolManual {
    static var text: String {
        var page = ManualPage("nftlb-rpc", section: 7, summary: "the protocol of nftlbd, the layer-4 load balancer")
        page.section("Description")
        page.paragraph(
            "nftlbd(8) listens on two Unix sockets: /run/nftlb/nftlb.sock, for whom the group lets in, and "
                + "/run/nftlb/nftlb-ro.sock, where everybody may read and nobody change. A message is a frame: its length in "
                + "four bytes, the most significant first, and that many bytes of JSON. The JSON is a request or answer of "
                + "JSON-RPC 2.0, or a batch of up to 1,000.")
        page.paragraph(
            "Requests are at most 64 KiB on the read-only socket and 64 MiB on the other one; no answer exceeds 16 MiB. "
                + "Answers come in the order of their requests: who sends many without waiting has them made as one "
                + "transaction. Methods that list take `limit` and `cursor`.")
        page.example(#"printf '\0\0\0\060{"jsonrpc":"2.0","id":1,"method":"service.info"}'"#)
        page.section("Methods")
        for method in MethodCatalog.all { append(method, to: &page) }
        page.section("Errors")
        page.paragraph(
            "An error carries `data` with `kind`, `path` (where in the configuration), `reason` and perhaps `hint`.")
        for kind in ErrorKind.allCases { page.item(kind.rawValue, ["Code \(RPCError.code(of: kind))."]) }
        page.section("See also")
        page.paragraph(
            "nftlbctl(1), nftlbd(8), nftlb.json(5). `nftlbctl describe \\-o json` prints the OpenRPC document.")
        return page.text
    }

    private static func append(_ method: any RPCMethod.Type, to page: inout ManualPage) {
        page.subsection(method.name)
        page.paragraph("\(method.declaration.summary) For: \(method.role.word).")
        for parameter in method.parameterDescriptions {
            page.item(parameter.name, [parameter.summary, parameter.isRequired ? "It must be given." : ""])
        }
        guard let example = method.examples.first else { return }
        page.paragraph("Example: \(example.name).")
        page.example(example.parameters ?? "{}")
    }
}
