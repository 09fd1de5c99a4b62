// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Where the skeleton helper is.
enum HelperPath {
    static let name = "nftlb-nft"

    /// The given path, else the program beside this one (a build's folder), else the one of an installation
    /// (`sbin/nftlbd` and `libexec/nftlb/nftlb-nft`).
    static func find(
        given: String?, folder: String?, isProgram: (String) -> Bool = OwnProcess.isProgram
    ) throws(Failure) -> String {
        if let given {
            guard isProgram(given) else { throw Failure(status: .failure, reason: "\(given) is not a program") }
            return given
        }
        let places = folder.map { ["\($0)/\(name)", "\($0)/../libexec/nftlb/\(name)"] } ?? []
        guard let found = places.first(where: isProgram) else {
            throw Failure(
                status: .failure,
                reason: "the helper \(name) is not at \(places.joined(separator: " nor ")); name it with --nft-helper")
        }
        return found
    }
}
