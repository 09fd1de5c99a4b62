// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Configurations of any size, as bytes of the native dialect.
struct Document {
    let farms: Int
    var backends = 10

    static func farm(_ index: Int) -> String { "farm-\(index)" }
    static func backend(_ index: Int) -> String { "backend-\(index)" }

    var bytes: [UInt8] {
        var text = #"{"farms": ["#
        for farm in 0..<farms {
            if farm > 0 { text += ",\n" }
            append(farm, to: &text)
        }
        text += "]}\n"
        return Array(text.utf8)
    }

    private func append(_ farm: Int, to text: inout String) {
        text += """
            {"name": "\(Self.farm(farm))", "mode": "snat", "scheduler": "rr", "addresses": [{"name": "a", \
            "family": "ipv4", "ip-addr": "10.\(farm / 250).\(farm % 250 + 1).1", "ports": [80], "protocol": "tcp"}],
            "backends": [
            """
        for backend in 0..<backends {
            let number = farm * backends + backend
            text += """
                \(backend > 0 ? ", " : ""){"name": "\(Self.backend(backend))", \
                "ip-addr": "172.\(16 + number / 62_500).\(number / 250 % 250).\(number % 250 + 1)", "port": 8080}
                """
        }
        text += "]}"
    }

    /// A change of one backend's state.
    static func change(farm: Int, backend: Int, isUp: Bool) -> String {
        change(farm: farm, backend: backend, #""state": "\#(isUp ? "up" : "down")""#)
    }

    /// A change of one backend's port.
    static func change(farm: Int, backend: Int, port: Int) -> String {
        change(farm: farm, backend: backend, #""port": \#(port)"#)
    }

    private static func change(farm: Int, backend: Int, _ attribute: String) -> String {
        """
        {"set": {"farms": [{"name": "\(Self.farm(farm))", "backends": [{"name": "\(Self.backend(backend))", \
        \(attribute)}]}]}}
        """
    }
}
