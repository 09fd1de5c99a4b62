// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerModel
import JSON

/// Which address the words of a command line mean: one word is an address outside of farms, two are a farm and its address.
enum AddressPlace {
    /// One outside of farms, which farms can share.
    case shared(String)
    /// One of a farm.
    case member(farm: String, String)

    /// How help texts call the words.
    static let help = ArgumentHelp(
        "The address outside of farms; or a farm and its address.", valueName: "[farm] address")

    /// - Throws: a usage error for no word or more than two.
    init(_ words: [String]) throws(ValidationError) {
        switch words.count {
        case 1: self = .shared(words[0])
        case 2: self = .member(farm: words[0], words[1])
        default: throw ValidationError("Give the address, or a farm and its address.")
        }
    }

    /// Where it is in the configuration.
    var path: ObjectPath {
        switch self {
        case .shared(let name): ObjectPath(["addresses", name])
        case .member(let farm, let name): MemberKind.address.path(name, farm: farm)
        }
    }

    var kind: ObjectKind {
        switch self {
        case .shared: .address
        case .member: .farmAddress
        }
    }

    /// The change that makes it or changes members of it.
    func setting(_ members: JSONObject) -> JSONObject {
        switch self {
        case .shared(let name): ["set": ["addresses": [.object(members.named(name))]]]
        case .member(let farm, let name): .setting(farm: farm, ["addresses": [.object(members.named(name))]])
        }
    }

    /// The object as it was declared, and with what it takes from an address outside of farms.
    func find(in declared: Declared) throws(Failure) -> (declared: DeclaredObject, whole: DeclaredObject) {
        switch self {
        case .shared(let name):
            guard let address = declared.addresses.first(where: { $0.name == name }) else {
                throw Failure(
                    .notFound, "there is no address '\(name)' outside of farms",
                    hint: "an address of a farm is named with its farm: address get FARM \(name)")
            }
            return (address, address)
        case .member(let farm, let name):
            let farm = try declared.farm(farm)
            let member = try MemberKind.address.member(name, of: farm)
            return (member, declared.whole(member))
        }
    }
}
