// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol

extension WatchedEvent {
    /// The event in one line for people.
    func text(_ style: Style) -> String {
        let head = "\(Moment.text(time))  \(style.paint(event.rawValue, look))"
        return Output.printable("\(head)  \(sentence)").split(separator: "\n").joined(separator: " ")
    }

    private var look: Style.Look? {
        switch event {
        case .changed, .session: nil
        case .drained: .green
        case .state: operational == .up ? .green : .yellow
        case .refused, .drift, .limit, .lost: .red
        }
    }

    private var sentence: String {
        let object = [farm, backend].compactMap { $0 }.joined(separator: "/")
        switch event {
        case .changed: return "revision \(revision)\(by): \(changes)\(quoted)"
        case .refused: return "\(kind ?? "")\(by): \(path.map { "\($0): " } ?? "")\(reason ?? "")\(quoted)"
        case .state:
            let why = reason.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
            return "\(object) \(before?.rawValue ?? "") -> \(operational?.rawValue ?? "")\(why)"
        case .drift:
            return "\(author ?? "another program") had changed our tables: \(count ?? 0) elements, \(objects ?? 0) "
                + "chains and sets corrected"
        case .drained: return "\(object): \(count ?? 0) connections were cut"
        case .limit: return "\(object): \(limit ?? "") refused \(count ?? 0) packets"
        case .session: return "\(object): \(count ?? 0) forgotten\(client.map { " of \($0)" } ?? "")"
        case .lost: return reason ?? ""
        }
    }

    private var by: String {
        guard let user else { return "" }
        return " by \(Moment.user(user)) (\(origin ?? ""))"
    }

    private var changes: String {
        let shown = (paths ?? []).prefix(3)
        let more = Int(count ?? 0) - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? (shown.isEmpty ? "" : " and ") + "\(more) objects" : "")
    }

    private var quoted: String { comment.map { " \"\($0)\"" } ?? "" }
}
