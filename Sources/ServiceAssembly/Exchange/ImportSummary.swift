/// What an import did.
package struct ImportSummary: Sendable, Hashable, Codable {
    /// One type's count.
    package struct Count: Sendable, Hashable, Codable {
        /// Written now, or again with the same content where the service does not tell.
        package var written = 0
        /// There already, and left alone.
        package var kept = 0
    }

    /// Lines read.
    package internal(set) var lines = 0
    /// Counts by type, such as `item`.
    package internal(set) var counts: [String: Count] = [:]

    /// One line for people: `612 messages, 173 items (12 there already), …`.
    package var sentence: String {
        let parts = ExchangeLine.Kind.allCases.compactMap { kind -> String? in
            guard let count = counts[kind.rawValue] else { return nil }
            let total = count.written + count.kept
            let kept =
                count.kept == 0 ? "" : count.kept == total ? " (there already)" : " (\(count.kept) there already)"
            return "\(total) \(kind.rawValue)\(total == 1 ? "" : "s")\(kept)"
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    mutating func note(_ kind: ExchangeLine.Kind, isNew: Bool, count: Int = 1) {
        if isNew {
            counts[kind.rawValue, default: Count()].written += count
        } else {
            counts[kind.rawValue, default: Count()].kept += count
        }
    }
}

/// How far a long command is.
package struct ExchangeProgress: Sendable, Hashable {
    /// Units done.
    package let done: Int
    /// Units in all; nil where that is not known.
    package let total: Int?
    /// What is being done, such as `612 messages`.
    package let remark: String

    package init(done: Int, total: Int?, remark: String) {
        self.done = done
        self.total = total
        self.remark = remark
    }
}
