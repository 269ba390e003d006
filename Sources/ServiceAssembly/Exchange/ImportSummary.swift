/// What an import did.
package struct ImportSummary: Sendable, Hashable, Codable {
    /// One type's count.
    package struct Count: Sendable, Hashable, Codable {
        /// Written now, or again with the same content where the service does not tell.
        package var written = 0
        /// There already, and left alone.
        package var kept = 0
        /// Left out, because it was erased, or belongs to what was.
        package var erased = 0
    }

    /// A line that was left out.
    package struct ErasedLine: Sendable, Hashable, Codable {
        /// The line.
        package let line: Int
        /// What it holds, such as `thread`.
        package let type: String
        /// Its id in the file.
        package let id: String
    }

    /// Lines read.
    package internal(set) var lines = 0
    /// Counts by type, such as `item`.
    package internal(set) var counts: [String: Count] = [:]
    /// The first hundred lines that were left out because of an erasure; `counts` has them all.
    package internal(set) var erased: [ErasedLine] = []

    /// One line for people: `612 messages, 173 items (12 there already), …`.
    package var sentence: String {
        let parts = ExchangeLine.Kind.allCases.compactMap { kind -> String? in
            guard let count = counts[kind.rawValue] else { return nil }
            let total = count.written + count.kept + count.erased
            var remarks: [String] = []
            if count.kept > 0 { remarks.append(count.kept == total ? "there already" : "\(count.kept) there already") }
            if count.erased > 0 {
                remarks.append(count.erased == total ? "erased, left out" : "\(count.erased) erased, left out")
            }
            let remark = remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"
            return "\(total) \(kind.rawValue)\(total == 1 ? "" : "s")\(remark)"
        }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    /// Notes a line that is left out.
    mutating func noteErased(_ kind: ExchangeLine.Kind, id: String, line: Int) {
        counts[kind.rawValue, default: Count()].erased += 1
        if erased.count < Self.namedLines { erased.append(ErasedLine(line: line, type: kind.rawValue, id: id)) }
    }

    private static let namedLines = 100

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
