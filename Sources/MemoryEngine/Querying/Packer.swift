package import MemoryModel

/// Fills the budget: pins first, then what was found and what was said last.
///
/// What does not fit is passed over, not the end of the filling; what is too long is shown in part. Where anything
/// matches and the budget holds more than a fence, something is in the pack. Pins are chosen by themselves, whatever the
/// query, so that the same pins are the same bytes from call to call.
package struct Packer {
    /// What is found, best first, with the query's words in its content.
    package struct Found: Sendable {
        package let subject: ContextCandidate.Subject
        let score: Float
        let matches: [Range<Int>]
        /// What probably contradicts it, by place in the same list; a pin by its place among the pins.
        let conflicts: [Int]
        let pinConflicts: [Int]

        package init(
            subject: ContextCandidate.Subject,
            score: Float,
            matches: [Range<Int>] = [],
            conflicts: [Int] = [],
            pinConflicts: [Int] = []
        ) {
            self.subject = subject
            self.score = score
            self.matches = matches
            self.conflicts = conflicts
            self.pinConflicts = pinConflicts
        }

        /// The section it is shown in, as something found.
        var section: ContextSection { subject.section }
    }

    /// What became of one thing that was weighed.
    package struct Placement: Sendable {
        package var outcome: CandidateOutcome
        package var tokens = 0
        package var excerpt: [Range<Int>]?

        static let overBudget = Placement(outcome: .overBudget)
    }

    /// The filled pack.
    package struct Result: Sendable {
        package let rendered: RenderedContext
        package let tokenCount: Int
        /// In the order given.
        package let pins: [Placement]
        package let found: [Placement]
        package let recent: [Placement]
    }

    /// Pins take at most this share of the budget, whatever the query.
    private static let pinShare = 0.75
    /// Recent messages are given this share of what pins leave, and more where there is room.
    private static let recentShare = 0.25
    /// One entry takes at most this share of what pins leave; longer ones are shown in part.
    private static let entryShare = 0.4
    /// What the whole budget in tokens costs an entry's score: between two alike, the shorter one goes first.
    private static let priceOfBudget: Float = 0.5

    let renderer: PackRenderer
    let budget: Int

    package init(renderer: PackRenderer, budget: Int) {
        self.renderer = renderer
        self.budget = budget
    }

    /// Fills the budget.
    package func pack(pins: [Found], found: [Found], recent: [Found]) -> Result {
        let pinRoom = Int(Double(budget) * Self.pinShare)
        var pinned = PackFilling(renderer: renderer, entries: pins, sections: pins.map { _ in .pins })
        pinned.fill(order: Array(pins.indices), room: pinRoom, entryLimit: pinRoom)
        let left = budget - pinned.used

        let entryLimit = max(Int(Double(left) * Self.entryShare), PackFilling.smallestExcerpt * 4)
        // Newest first; what was said last matters most.
        let newestFirst = Array(recent.indices.reversed())
        let recentRoom = found.isEmpty ? left : Int(Double(left) * Self.recentShare)
        var said = PackFilling(renderer: renderer, entries: recent, sections: recent.map { _ in .recentThread })
        said.fill(order: newestFirst, room: recentRoom, entryLimit: entryLimit)

        var hits = PackFilling(renderer: renderer, entries: found, sections: found.map(\.section))
        hits.leaveOut(messages: said.shownMessages)
        hits.fill(order: byValue(found, hits), room: left - said.used, entryLimit: entryLimit)
        if hits.used + recentRoom < left, said.placements.contains(where: { $0.outcome == .overBudget }) {
            said.leaveOut(messages: hits.shownMessages)
            said.refill(order: newestFirst, room: left - hits.used, entryLimit: entryLimit)
        }
        return fitted(pins: pinned, found: hits, recent: said)
    }

    /// Indices by score less the price of the tokens, best first; what contradicts another comes right behind it.
    private func byValue(_ found: [Found], _ filling: PackFilling) -> [Int] {
        let values = found.indices.map { index in
            let tokens = filling.wholeTokens[index]
            return found[index].score - Self.priceOfBudget * min(1, Float(tokens) / Float(max(1, budget)))
        }
        let order = found.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
        guard found.contains(where: { !$0.conflicts.isEmpty }) else { return order }
        var result: [Int] = []
        var taken: Set<Int> = []
        for index in order where taken.insert(index).inserted {
            result.append(index)
            for partner in found[index].conflicts where taken.insert(partner).inserted { result.append(partner) }
        }
        return result
    }

    /// Renders, and takes out the last entries should the whole be above the budget after all.
    private func fitted(pins: PackFilling, found: PackFilling, recent: PackFilling) -> Result {
        var (pinned, items, said) = (pins.placements, found.placements, recent.placements)
        while true {
            let rendered = renderer.pack([
                (.pins, renderer.text(of: .pins, Self.shown(pins, pinned, in: .pins))),
                (.items, renderer.text(of: .items, marked(found, items, pins: pinned))),
                (.messages, renderer.text(of: .messages, Self.shown(found, items, in: .messages))),
                (.recentThread, renderer.text(of: .recentThread, Self.shown(recent, said, in: .recentThread))),
            ])
            let count = renderer.tokens(of: rendered)
            if count <= budget {
                return Result(rendered: rendered, tokenCount: count, pins: pinned, found: items, recent: said)
            }
            if !Self.drop(items.lastIndex { $0.tokens > 0 }, of: &items),
                !Self.drop(said.firstIndex { $0.tokens > 0 }, of: &said),
                !Self.drop(pinned.lastIndex { $0.tokens > 0 }, of: &pinned)
            {
                let nothing = renderer.pack([])
                return Result(
                    rendered: nothing,
                    tokenCount: renderer.tokens(of: nothing),
                    pins: pinned,
                    found: items,
                    recent: said
                )
            }
        }
    }

    /// The items that are in, with marks where they contradict another.
    private func marked(_ found: PackFilling, _ placements: [Placement], pins: [Placement]) -> [PackEntry] {
        let numbers = Self.numbers(placements, found.sections, in: .items)
        let pinNumbers = Self.numbers(pins, pins.map { _ in .pins }, in: .pins)
        return zip(found.entries, placements).enumerated().compactMap { index, pair in
            guard found.sections[index] == .items, pair.1.tokens > 0 else { return nil }
            let entry = pair.0
            return PackEntry(
                subject: entry.subject,
                excerpt: pair.1.excerpt,
                mark: ConflictMark(
                    entry.conflicts.map { numbers[$0] },
                    pins: entry.pinConflicts.map { pinNumbers[$0] }
                )
            )
        }
    }

    /// The number that each shown entry of a section has; nil for the others.
    private static func numbers(
        _ placements: [Placement],
        _ sections: [ContextSection],
        in section: ContextSection
    ) -> [Int?] {
        var number = 0
        return zip(placements, sections).map { placement, own in
            guard own == section, placement.tokens > 0 else { return nil }
            number += 1
            return number
        }
    }

    /// The entries of one section that are in, in order.
    private static func shown(
        _ filling: PackFilling,
        _ placements: [Placement],
        in section: ContextSection
    ) -> [PackEntry] {
        zip(filling.entries, placements).enumerated().compactMap { index, pair in
            guard filling.sections[index] == section, pair.1.tokens > 0 else { return nil }
            return PackEntry(subject: pair.0.subject, excerpt: pair.1.excerpt)
        }
    }

    private static func drop(_ index: Int?, of placements: inout [Placement]) -> Bool {
        guard let index else { return false }
        placements[index] = .overBudget
        return true
    }
}
