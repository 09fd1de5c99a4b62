// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON
import LegacyDialect
import Testing

@Suite("Bodies that are refused, and what is said about those that are not")
struct RequestRefusalTests {
    static let refusals: [(body: String, status: Int, text: String)] = [
        // No JSON, or the wrong structure.
        ("", 400, "the structure is invalid"),
        ("{", 400, "the structure is invalid"),
        ("\"x\"", 400, "the structure is invalid"),
        ("5", 400, "the structure is invalid"),
        ("{\"farms\":[{\"name\":\"\u{1}\"}]}", 400, "the structure is invalid"),
        (#"{"farms":{}}"#, 400, "the structure is invalid"),
        (#"{"farms":["x"]}"#, 400, "the structure is invalid"),
        (#"{"farms":[{"name":"a","backends":{"name":"b"}}]}"#, 400, "the structure is invalid"),
        (#"{"farms":[{"name":"a","mode":["snat"]}]}"#, 400, "the structure is invalid"),
        (#"{"farms":[{"name":"a","addresses":[{"name":"x","weight":"1"}]}]}"#, 400, "the structure is invalid"),
        (#"{"farms":[{"name":"a","policies":[{"name":"x","type":"1"}]}]}"#, 400, "the structure is invalid"),
        (#"{"addresses":[{"name":"a","policies":[{"type":"1"}]}]}"#, 400, "the structure is invalid"),
        (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), 400, "the structure is invalid"),
        // Values.
        (#"{"farms":[{"name":""}]}"#, 400, "error parsing buffer. Key 'name' cannot be empty"),
        (#"{"farms":[{"name":"a","newname":""}]}"#, 400, "error parsing buffer. Key 'newname' cannot be empty"),
        (
            #"{"farms":[{"name":"a","backends":[{"name":"b","ip-addr":""}]}]}"#, 400,
            "error parsing buffer. Key 'ip-addr' cannot be empty"
        ),
        (
            #"{"farms":[{"name":"a","sessions":[{"client":""}]}]}"#, 400,
            "error parsing buffer. Key 'client' cannot be empty"
        ),
        (
            #"{"farms":[{"name":"a","sessions":[{"client":"x","backend":""}]}]}"#, 400,
            "error parsing buffer. Key 'backend' cannot be empty"
        ),
        (
            #"{"policies":[{"name":"a","elements":[{"data":""}]}]}"#, 400,
            "error parsing buffer. Key 'data' cannot be empty"
        ),
        (
            #"{"farms":[{"name":"a","persist-ttl":"-1"}]}"#, 400,
            "error parsing buffer. Invalid value of key 'persist-ttl' must be >=0"
        ),
        (
            #"{"farms":[{"name":"a","queue":"-2"}]}"#, 400,
            "error parsing buffer. Invalid value of key 'queue' must be >=-1"
        ),
        (
            #"{"farms":[{"name":"a","backends":[{"name":"b","weight":"none"}]}]}"#, 400,
            "error parsing buffer. Invalid value of key 'weight' must be >=1"
        ),
        (
            #"{"farms":[{"name":"a","log-rtlimit":"10/hours"}]}"#, 400,
            "error parsing buffer. Parsing unknown value '10/hours' in 'log-rtlimit'"
        ),
        (
            #"{"farms":[{"name":"a","verdict":"none"}]}"#, 500,
            "error parsing buffer. Parsing unknown value 'none' in 'verdict'"
        ),
        (
            #"{"farms":[{"name":"it's"}]}"#, 400,
            "error parsing buffer. Invalid value of key 'name': a name must not contain a quote"
        ),
        // Keys.
        (#"{"farms":[{"name":"a","colour":"red"}]}"#, 500, "error parsing buffer. Unknown key 'colour'"),
        (#"{"colour":null}"#, 500, "error parsing buffer. Unknown key 'colour'"),
        (
            #"{"farms":[{"name":"a","sessions":[{"client":"x","expiration":"5s"}]}]}"#, 500,
            "error parsing buffer. Unknown key 'expiration'"
        ),
        (#"{"farms":[{"name":"a","sessions":[{"client":"x","mode":"snat"}]}]}"#, 500, "error parsing buffer"),
        (#"{"policies":[{"name":"a","elements":[{"data":"::1","mode":"snat"}]}]}"#, 500, "error parsing buffer"),
        (#"{"sessions":[]}"#, 500, "error parsing buffer"),
        (#"{"policies":[{"name":"a","backends":[],"type":"whitelist"}]}"#, 500, "error parsing buffer"),
        (#"{"farms":[{"name":"a","action":"stop"}]}"#, 500, "error parsing buffer"),
        // What refers to nothing, and what is known and never taken.
        (#"{"farms":"x"}"#, 404, "the object to modify is unknown. Unknown parsed key with index '0'"),
        (
            #"{"farms":[{"name":"a","backends":"x"}]}"#, 404,
            "the object to modify is unknown. Unknown parsed key with index 'backends'"
        ),
        (
            #"{"farms":[{"name":"a","fqdn":"x"}]}"#, 404,
            "the object to modify is unknown. Unknown parsed key with index '3'"
        ),
        (
            #"{"farms":[{"name":"a","oether-addr":"x"}]}"#, 404,
            "the object to modify is unknown. Unknown parsed key with index '9'"
        ),
        (
            #"{"policies":[{"name":"a","elements":[{"data":"::1","time":"5"}]}]}"#, 404,
            "the object to modify is unknown. Unknown parsed key with index '43'"
        ),
        (#"{"name":"a"}"#, 404, "the object to modify is unknown"),
        (#"{"farms":[{"mode":"snat"}]}"#, 404, "the object to modify is unknown"),
        (#"{"farms":[{"name":"a","backends":[{"weight":"1"}]}]}"#, 404, "the object to modify is unknown"),
        (#"{"farms":[{"backends":[{"name":"b"}]}]}"#, 404, "the object to modify is unknown"),
        (#"{"policies":[{"elements":[{"data":"::1"}]}]}"#, 404, "the object to modify is unknown"),
        // What came before is said, too.
        (
            #"{"farms":[{"name":"a","mode":"x","log":"y","colour":""}]}"#, 500,
            "error parsing buffer. Parsing unknown value 'x' in 'mode', using default 'snat'. Parsing unknown value 'y' in 'log', using default 'none'. Unknown key 'colour'"
        ),
    ]

    @Test("With that program's status and sentence", arguments: refusals)
    func refused(body: String, status: Int, text: String) throws {
        let answer = try #require(throws: LegacyAnswer.self) { try RequestTests.read(body) }
        #expect(answer.status == status)
        #expect(answer.text == text)
    }

    static let warnings: [(body: String, text: String)] = [
        (#"{"farms":[{"name":"a","mode":"snat"}]}"#, "success"),
        (
            #"{"farms":[{"name":"a","family":"dual"},{"name":"b","family":"dual"}]}"#,
            "success. Parsing unknown value 'dual' in 'family', using default 'ipv4'. Parsing unknown value 'dual' in 'family', using default 'ipv4'"
        ),
        (
            #"{"farms":[{"name":"a","backends":[{"name":"b","state":"available"}]}]}"#,
            "success. Parsing unknown value 'available' in 'state', using default 'up'"
        ),
        (
            #"{"farms":[{"name":"a","persistence":"cookie","sched-param":"x"}]}"#,
            "success. Parsing unknown value 'cookie', using default 'none'. Parsing unknown value 'x', using default 'none'"
        ),
        (
            #"{"policies":[{"name":"p","type":"x","route":"y","family":"z"}]}"#,
            "success. Parsing unknown value 'x' in 'type', using default 'blacklist'. Parsing unknown value 'y' in 'route', using default 'in'. Parsing unknown value 'z' in 'family', using default 'ipv4'"
        ),
        // In silence.
        (#"{"farms":[{"name":"a","mark":"80000000","virtual-ports":"9-1,5","weight":"1","mode":null}]}"#, "success"),
    ]

    @Test("What was taken for something else", arguments: warnings)
    func said(body: String, text: String) throws {
        #expect(LegacyAnswer.success(try RequestTests.read(body).sentences).text == text)
    }

    @Test("An answer is one line of JSON, whatever is in it, and not longer than that program's")
    func json() throws {
        let answer = LegacyAnswer(404, .errorDeletingFarm, [.unknownFarm("a\"b\\c\n")])
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == #"{"response": "error deleting farm. Unknown farm 'a\"b\\c?'"}"#)
        let farms = (0..<1000).map { #"{"name":"f\#($0)","mode":"x"}"# }.joined(separator: ",")
        let long = LegacyAnswer.success(try RequestTests.read("{\"farms\":[\(farms)]}").sentences)
        #expect(long.body.count < 1100)
    }
}
