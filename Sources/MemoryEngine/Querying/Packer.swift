package import MemoryModel

/// Fills the budget: pins first, then what was found and what was said last.
///
/// What does not fit is passed over, not the end of the filling; what is too long is shown in part. Where anything
/// matches and the budget holds more than a fence, something is in the pack.
package struct Packer {
    /// What is found, best first, with the query's words in its content.
    package struct Found: Sendable {
        package let subject: ContextCandidate.Subject
        let score: Float
        let matches: [Range<Int>]

        package init(subject: ContextCandidate.Subject, score: Float, matches: [Range<Int>] = []) {
            self.subject = subject
            self.score = score
            self.matches = matches
        }
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

    /// Pins take at most this share of the budget, whatever the query, so that they stay the same from call to call.
    private static let pinShare = 0.75
    /// Recent messages are given this share of what pins leave, and more where there is room.
    private static let recentShare = 0.25
    /// One entry takes at most this share of what pins leave; longer ones are shown in part.
    private static let entryShare = 0.4
    /// What the whole budget in tokens costs an entry's score: between two alike, the shorter one goes first.
    private static let priceOfBudget: Float = 0.5
    /// An excerpt below this many tokens says too little.
    private static let smallestExcerpt = 12

    let renderer: PackRenderer
    let budget: Int

    package init(renderer: PackRenderer, budget: Int) {
        self.renderer = renderer
        self.budget = budget
    }

    /// Fills the budget.
    package func pack(pins: [Found], found: [Found], recent: [Found]) -> Result {
        let isAlone = found.isEmpty && recent.isEmpty
        var left = budget
        let pinned = fill(
            pins,
            order: Array(pins.indices),
            sections: [.pins],
            room: isAlone ? left : Int(Double(left) * Self.pinShare),
            entryLimit: left
        )
        left -= pinned.used
        let entryLimit = max(Int(Double(left) * Self.entryShare), Self.smallestExcerpt * 4)
        // Newest first; what was said last matters most.
        let newestFirst = Array(recent.indices.reversed())
        let recentRoom = found.isEmpty ? left : Int(Double(left) * Self.recentShare)
        var said = fill(recent, order: newestFirst, sections: [.recentThread], room: recentRoom, entryLimit: entryLimit)
        let items = fill(
            found,
            order: byValue(found),
            sections: [.items, .messages].filter { section in found.contains { $0.subject.section == section } },
            room: left - said.used,
            entryLimit: entryLimit
        )
        if items.used + recentRoom < left, said.placements.contains(where: { $0.outcome == .overBudget }) {
            said = fill(
                recent,
                order: newestFirst,
                sections: [.recentThread],
                room: left - items.used,
                entryLimit: entryLimit
            )
        }
        return fitted(
            pins: (pins, pinned.placements),
            found: (found, items.placements),
            recent: (recent, said.placements)
        )
    }

    /// Indices by score less the price of the tokens, best first.
    private func byValue(_ found: [Found]) -> [Int] {
        let values = found.map { entry in
            let tokens = renderer.tokens(of: PackEntry(subject: entry.subject), number: 1)
            return entry.score - Self.priceOfBudget * min(1, Float(tokens) / Float(max(1, budget)))
        }
        return found.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
    }

    /// Fills sections: whole entries first, then the best of what is left in part.
    private func fill(
        _ entries: [Found],
        order: [Int],
        sections: [ContextSection],
        room: Int,
        entryLimit: Int
    ) -> (placements: [Placement], used: Int) {
        var placements = entries.map { _ in Placement.overBudget }
        let fences = sections.reduce(0) { $0 + renderer.fenceTokens(of: $1) }
        var left = room - fences
        guard left > 0, !entries.isEmpty else { return (placements, 0) }
        var used = 0
        var passedOver: [Int] = []
        for index in order {
            let tokens = tokens(of: entries[index], nil)
            if tokens <= left, tokens <= max(entryLimit, Self.smallestExcerpt) {
                placements[index] = Placement(outcome: .included, tokens: tokens)
            } else if tokens > entryLimit, let part = excerpt(entries[index], room: min(left, entryLimit)) {
                placements[index] = part
            } else {
                passedOver.append(index)
                continue
            }
            left -= placements[index].tokens
            used += placements[index].tokens
        }
        for index in passedOver {
            guard let part = excerpt(entries[index], room: left) else { continue }
            placements[index] = part
            left -= part.tokens
            used += part.tokens
            break
        }
        return (placements, used == 0 ? 0 : used + fences)
    }

    private func tokens(of entry: Found, _ excerpt: [Range<Int>]?) -> Int {
        // Numbers up to 999 are one token each: the count holds wherever the entry ends up.
        renderer.tokens(of: PackEntry(subject: entry.subject, excerpt: excerpt), number: 888)
    }

    private func excerpt(_ entry: Found, room: Int) -> Placement? {
        let content = PackEntry.content(of: entry.subject)
        var inside = room - tokens(of: entry, [])
        while inside >= Self.smallestExcerpt {
            let ranges = Excerpt(counter: renderer.counter).ranges(
                of: content,
                matches: entry.matches,
                budget: inside
            )
            guard let ranges, !ranges.isEmpty else { return nil }
            let tokens = tokens(of: entry, ranges)
            if tokens <= room { return Placement(outcome: .excerpted, tokens: tokens, excerpt: ranges) }
            // Escapes and indents took more than the plain text.
            inside -= max(1, tokens - room)
        }
        return nil
    }

    /// Renders, and takes out the last entries should the whole be above the budget after all.
    private func fitted(
        pins: ([Found], [Placement]),
        found: ([Found], [Placement]),
        recent: ([Found], [Placement])
    ) -> Result {
        var (pinned, items, said) = (pins.1, found.1, recent.1)
        while true {
            let shown = Self.entries(found.0, items)
            let foundItems = shown.filter { $0.subject.section == .items }
            let foundMessages = shown.filter { $0.subject.section == .messages }
            let rendered = renderer.pack([
                (.pins, renderer.text(of: .pins, Self.entries(pins.0, pinned))),
                (.items, renderer.text(of: .items, foundItems)),
                (.messages, renderer.text(of: .messages, foundMessages)),
                (.recentThread, renderer.text(of: .recentThread, Self.entries(recent.0, said))),
            ])
            let count = renderer.tokens(of: rendered)
            if count <= budget {
                return Result(rendered: rendered, tokenCount: count, pins: pinned, found: items, recent: said)
            }
            if !Self.dropLast(&items), !Self.dropFirst(&said), !Self.dropLast(&pinned) {
                return Result(
                    rendered: renderer.pack([]),
                    tokenCount: renderer.tokens(of: renderer.pack([])),
                    pins: pinned,
                    found: items,
                    recent: said
                )
            }
        }
    }

    /// The entries that are in, in order.
    static func entries(_ found: [Found], _ placements: [Placement]) -> [PackEntry] {
        zip(found, placements).compactMap { entry, placement in
            switch placement.outcome {
            case .included: PackEntry(subject: entry.subject)
            case .excerpted: PackEntry(subject: entry.subject, excerpt: placement.excerpt)
            default: nil
            }
        }
    }

    private static func dropLast(_ placements: inout [Placement]) -> Bool {
        guard let last = placements.lastIndex(where: { $0.tokens > 0 }) else { return false }
        placements[last] = .overBudget
        return true
    }

    private static func dropFirst(_ placements: inout [Placement]) -> Bool {
        guard let first = placements.firstIndex(where: { $0.tokens > 0 }) else { return false }
        placements[first] = .overBudget
        return true
    }
}
