// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Ruleset {
    /// All elements of a set as a kernel reads them out; nil: there is no such set.
    public func read<Records: ElementRecords>(_ form: ElementForm, as records: Records.Type) -> Records? {
        guard let contents = self[form.set] else { return nil }
        var result = Records(form)
        for (key, data) in contents.elements.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            result.append(contentsOf: contents.record(key, data, form))
        }
        return result
    }

    /// The elements with these keys, in the order of the keys; nil: there is no such set.
    public func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) -> Records? {
        guard let contents = self[keys.set] else { return nil }
        let form = keys.form.with(dataLength: dataLength)
        var result = Records(form)
        for index in 0..<keys.count {
            let key = Array(keys.key(at: index))
            guard let data = contents.elements[key] else { continue }
            result.append(contentsOf: contents.record(key, data, form))
        }
        return result
    }
}

extension Ruleset.SetContents {
    fileprivate func record<Records: ElementRecords>(_ key: [UInt8], _ data: [UInt8], _ form: ElementForm) -> Records {
        var element = ElementList(form)
        element.append(key: key, data: data.prefix(form.dataLength))
        let numbers: [UInt64] =
            switch Records.detail {
            case .none: []
            case .count: [counts[key, default: .zero].packets, counts[key, default: .zero].bytes]
            case .lifetime: [lifetimes[key]?.timeout ?? .max, remaining(of: key)]
            }
        return Records(element, numbers: numbers)
    }

    private func remaining(of key: [UInt8]) -> UInt64 {
        let own = lifetimes[key]
        return own?.remaining ?? own?.timeout ?? declaration.lifetime.map { UInt64($0) * 1000 } ?? .max
    }
}
