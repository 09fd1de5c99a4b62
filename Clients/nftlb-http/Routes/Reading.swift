// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerLink
import BalancerModel
import BalancerProtocol
import LegacyDialect

// Reading has no effect, and answers with one revision of what is declared.
extension Bridge {
    /// All farms, or one.
    func farms(_ text: String?) async throws(LegacyAnswer) -> HTTPAnswer {
        do throws(DaemonFailure) {
            // Both are asked at once; a mark stays with its backend, whatever is changed in between.
            guard let text else {
                async let marks = daemon.marksResult(of: nil)
                let snapshot = try await daemon.snapshot()
                return printed(snapshot.farms, of: snapshot, marks: try await marks.get())
            }
            guard let name = try? Name(text) else { return HTTPAnswer(.invalidRequest(500)) }
            async let marks = daemon.marksResult(of: [name])
            var snapshot = try await daemon.snapshot(of: ObjectSelection(farms: [name]))
            guard let farm = snapshot.farms.first else { return HTTPAnswer(.invalidRequest(500)) }
            let shared = farm.addresses.filter(\.isReference).map(\.name)
            if !shared.isEmpty {
                // For how many farms have them.
                snapshot = try await daemon.snapshot(of: ObjectSelection(farms: [name], withAddress: shared))
            }
            let farms = snapshot.farms.filter { $0.name == name }
            if farms.isEmpty { return HTTPAnswer(.invalidRequest(500)) }
            return printed(farms, of: snapshot, marks: try await marks.get())
        } catch {
            throw LegacyAnswer(error)
        }
    }

    private func printed(_ farms: [Farm], of snapshot: Snapshot, marks: Marks) -> HTTPAnswer {
        let users = snapshot.users
        return HTTPAnswer(
            printed: LegacyPrinter.farms(
                farms.lazy.map { farm in
                    var printed = PrintedFarm(farm)
                    printed.marks = marks.of(farm)
                    for address in farm.addresses where address.isReference {
                        printed.addressUsers[address.name] = users[address.name]
                    }
                    return printed
                }))
    }

    /// The sessions of a farm: those declared, then those learnt.
    func sessions(of text: String) async throws(LegacyAnswer) -> HTTPAnswer {
        let unknown = LegacyAnswer(404, .invalidRequest, [.unknownFarm(text)])
        let name = try Name(known: text, else: unknown)
        do throws(DaemonFailure) {
            guard let farm = try await daemon.snapshot(of: ObjectSelection(farms: [name])).farms.first else {
                return HTTPAnswer(unknown)
            }
            let learnt = try await daemon.learntSessions(of: farm)
            return HTTPAnswer(printed: LegacyPrinter.sessions(declared: farm.sessions, learnt: learnt))
        } catch {
            throw LegacyAnswer(error)
        }
    }

    /// All addresses, or those of a name: first those outside of farms, then those that belong to a farm.
    func addresses(_ text: String?) async throws(LegacyAnswer) -> HTTPAnswer {
        do throws(DaemonFailure) {
            var snapshot = Snapshot()
            let name = text.flatMap { try? Name($0) }
            if let name {
                var selection = ObjectSelection(farms: [], withAddress: [name])
                selection.addresses = [name.text]
                snapshot = try await daemon.snapshot(of: selection)
            } else if text == nil {
                snapshot = try await daemon.snapshot()
            }
            let users = snapshot.users
            let outside = snapshot.addresses.map { address in
                var printed = PrintedAddress(address)
                printed.users = users[address.name] ?? 0
                return printed
            }
            let owned = snapshot.farms.flatMap(\.addresses).filter { !$0.isReference }.map { PrintedAddress($0) }
            let printed = (outside + owned).filter { name == nil || $0.address.name == name }
            return HTTPAnswer(printed: LegacyPrinter.addresses(printed))
        } catch {
            throw LegacyAnswer(error)
        }
    }

    /// All policies, or one; an unknown one is an empty list.
    func policies(_ text: String?) async throws(LegacyAnswer) -> HTTPAnswer {
        do throws(DaemonFailure) {
            var snapshot = Snapshot()
            if let text {
                if let name = try? Name(text) {
                    var selection = ObjectSelection()
                    selection.policies = [name.text]
                    selection.usersOfPolicy = [name.text]
                    snapshot = try await daemon.snapshot(of: selection)
                }
            } else {
                snapshot = try await daemon.snapshot()
            }
            var users: [Name: Int] = [:]
            for policy in snapshot.farms.flatMap(\.policies) + snapshot.addresses.flatMap(\.policies) {
                users[policy, default: 0] += 1
            }
            return HTTPAnswer(
                printed: LegacyPrinter.policies(
                    snapshot.policies.lazy.map { policy in
                        var printed = PrintedPolicy(policy)
                        printed.users = users[policy.name] ?? 0
                        return printed
                    }))
        } catch {
            throw LegacyAnswer(error, .errorReadingElements)
        }
    }
}

extension Snapshot {
    /// How many of its farms refer to each address outside of farms.
    fileprivate var users: [Name: Int] {
        var users: [Name: Int] = [:]
        for address in farms.lazy.flatMap(\.addresses) where address.isReference {
            users[address.name, default: 0] += 1
        }
        return users
    }
}

extension ObjectSelection {
    init(farms: [Name], withAddress addresses: [Name] = []) {
        self.init()
        self.farms = farms.map(\.text)
        farmsWithAddress = addresses.map(\.text)
    }
}
