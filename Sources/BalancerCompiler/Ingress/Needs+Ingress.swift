// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import Nftables

/// What a farm at ingress requires of the skeleton, whatever its state and the network.
func ingressNeeds(of numbered: NumberedFarm) -> Needs.Ingress? {
    let farm = numbered.farm
    var needs = Needs.Ingress(shapes: [], features: [], lines: [])
    for family in AddressFamily.allCases {
        let served = farm.addresses.filter { $0.family == family && $0.address != nil }
        if served.isEmpty { continue }
        if served.contains(where: \.isWide) { needs.features.insert(.wideServices) }
        let choice = Shape.Choice(farm)
        let shape = Shape(
            choice: choice, slotCount: slotCount(of: farm, family, choice),
            persistence: farm.shapePersistence(family), logsInput: farm.line(.input) != nil,
            isCounted: farm.options.counters)
        needs.shapes.append(
            IngressShape(
                family: family, shape: shape,
                isGuarded: numbered.policies.contains { $0.family == family },
                responseLifetime: farm.mode == .stlsdnat ? farm.responseLifetime : nil))
    }
    guard !needs.shapes.isEmpty else { return nil }
    if needs.shapes.contains(where: \.isGuarded) { needs.features.insert(.farmPolicies) }
    if farm.mode == .stlsdnat { needs.features.insert(.statelessTranslation) }
    if let line = farm.line(.input) { needs.lines.insert(line) }
    return needs
}
