// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What the verbs of members of farms do; they differ in their kind only.
extension MemberKind {
    func list(farm: String?, _ declared: Declared, _ global: GlobalOptions) throws(Failure) {
        let found = try declared.farms(farm)
        let members = found.flatMap { farm in farm.members(list, kind).map { (farm: farm.name, member: $0) } }
        global.printer.print {
            members.map { farm == nil ? "\($0.farm)/\($0.member.name)" : $0.member.name }
        } json: {
            .array(members.map { MemberKind.json($0.member, of: $0.farm) })
        } table: {
            table(members.map { declared.whole($0.member) }, farms: farm == nil ? members.map(\.farm) : nil).text(
                global.printer.style)
        }
    }

    /// A member with its farm in front.
    static func json(_ member: DeclaredObject, of farm: String) -> JSONValue {
        var object: JSONObject = ["farm": .string(farm)]
        for (key, value) in member.json { object.append(key, value) }
        return .object(object)
    }

    func get(_ name: String, farm: String, _ global: GlobalOptions) throws(Failure) {
        let found = try member(name, of: Declared(global.connect()).farm(farm))
        global.printer.print {
            [found.name]
        } json: {
            .object(found.json)
        } table: {
            found.attributeTable.text(global.printer.style)
        }
    }

    func set(
        _ name: String, farm: String, _ assignments: [Assignment], _ change: ChangeOptions, _ global: GlobalOptions
    ) throws(Failure) {
        let members = try Assignment.members(assignments, of: kind, at: path(name, farm: farm))
        let farmMembers: JSONObject = [list: [.object(members.named(name))]]
        try change.apply(global, change: .setting(farm: farm, farmMembers))
    }

    func delete(_ name: String, farm: String, _ change: ChangeOptions, _ global: GlobalOptions) throws(Failure) {
        try change.apply(global, change: ["delete": .string(path(name, farm: farm).description)])
    }
}
