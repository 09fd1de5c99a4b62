// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON

/// What a body says about a farm, in the native dialect.
struct FarmEdit: Sendable {
    /// Attributes of the farm's first address in their old place.
    var aliases = JSONObject()
    /// Whether the last of these came after `addresses`, and so means the address that is first then.
    var aliasesComeLast = false
    /// Everything else but the lists.
    var attributes = JSONObject()
    var addresses = Keyed<Name, JSONObject>()
    var backends = Keyed<Name, JSONObject>()
    var policies = Keyed<Name, JSONObject>()
    var sessions = Keyed<SessionClient, JSONObject>()
}

/// What a body says about a policy.
struct PolicyEdit: Sendable {
    var attributes = JSONObject()
    var elements = Keyed<AddressRange, JSONObject>()
}

/// What a body says about an address outside of farms.
struct AddressEdit: Sendable {
    var attributes = JSONObject()
    var policies = Keyed<Name, JSONObject>()
}

/// What a body says about all objects, up to the point where one of them takes another name.
struct DocumentEdit: Sendable {
    var farms = Keyed<Name, FarmEdit>()
    var policies = Keyed<Name, PolicyEdit>()
    var addresses = Keyed<Name, AddressEdit>()

    var isEmpty: Bool { farms.isEmpty && policies.isEmpty && addresses.isEmpty }
}

/// One thing after the other that a body asks for.
enum EditStep: Sendable {
    case set(DocumentEdit)
    case renameFarm(Name, to: Name)
    case renameBackend(Name, farm: Name, to: Name)
}
