internal import MemoryModel

/// Fills one room with the entries of one list, which may show up in more than one section.
///
/// A section's fence is paid for by the first entry in it.
struct PackFilling {
    /// An excerpt below this many tokens says too little.
    static let smallestExcerpt = 12
    /// A number that costs as much as any: up to 999 is one token.
    private static let anyNumber = 888

    let renderer: PackRenderer
    let entries: [Packer.Found]
    /// Where each would be shown.
    let sections: [ContextSection]
    /// What each takes whole.
    let wholeTokens: [Int]
    private(set) var placements: [Packer.Placement]
    /// Tokens that are spent, fences included.
    private(set) var used = 0
    /// The sections that have an entry, with the origins in their legends.
    private var opened: [ContextSection: Set<String>] = [:]
    private let origins: [String]
    /// Letters that cost as much as any in a legend of so many origins.
    private let anyLetters: String
    private var leftOut: Set<Int> = []

    init(renderer: PackRenderer, entries: [Packer.Found], sections: [ContextSection]) {
        self.renderer = renderer
        self.entries = entries
        self.sections = sections
        placements = entries.map { _ in .overBudget }
        origins = entries.map { SectionLegend.origin(of: $0.subject) }
        let letters = Set(origins).count > 26 ? "qz" : "q"
        anyLetters = letters
        wholeTokens = entries.map { Self.tokens(of: $0, nil, renderer, letters) }
    }

    /// The messages that are in.
    var shownMessages: Set<Identifier<Message>> {
        Set(zip(entries, placements).compactMap { $1.tokens > 0 ? $0.subject.messageID : nil })
    }

    /// Leaves out messages that are shown elsewhere in the pack.
    mutating func leaveOut(messages: Set<Identifier<Message>>) {
        guard !messages.isEmpty else { return }
        for (index, entry) in entries.enumerated() {
            guard let id = entry.subject.messageID, messages.contains(id) else { continue }
            leftOut.insert(index)
            placements[index] = Packer.Placement(outcome: .duplicate)
        }
    }

    /// Forgets what was chosen, and fills anew.
    mutating func refill(order: [Int], room: Int, entryLimit: Int) {
        for index in placements.indices where !leftOut.contains(index) { placements[index] = .overBudget }
        used = 0
        opened = [:]
        fill(order: order, room: room, entryLimit: entryLimit)
    }

    /// Fills: whole entries first, then the best of what is left in part.
    mutating func fill(order: [Int], room: Int, entryLimit: Int) {
        var left = room
        var passedOver: [Int] = []
        for index in order where !leftOut.contains(index) {
            let fence = fence(of: index)
            let tokens = wholeTokens[index]
            if tokens + fence <= left, tokens <= max(entryLimit, Self.smallestExcerpt) {
                place(index, Packer.Placement(outcome: .included, tokens: tokens), fence, &left)
            } else if tokens > entryLimit, let part = excerpt(index, room: min(left - fence, entryLimit)) {
                place(index, part, fence, &left)
            } else {
                passedOver.append(index)
            }
        }
        for index in passedOver {
            let fence = fence(of: index)
            guard let part = excerpt(index, room: left - fence) else { continue }
            place(index, part, fence, &left)
            break
        }
    }

    private mutating func place(_ index: Int, _ placement: Packer.Placement, _ fence: Int, _ left: inout Int) {
        placements[index] = placement
        opened[sections[index], default: []].insert(origins[index])
        left -= placement.tokens + fence
        used += placement.tokens + fence
    }

    /// What an entry costs beside its own lines: the fence where it is the first, and its origin where that is new.
    private func fence(of index: Int) -> Int {
        let known = opened[sections[index]]
        let fence = known == nil ? renderer.fenceTokens(of: sections[index]) : 0
        guard known?.contains(origins[index]) != true else { return fence }
        return fence + renderer.originTokens(origins[index], letters: anyLetters)
    }

    private static func tokens(
        of entry: Packer.Found,
        _ excerpt: [Range<Int>]?,
        _ renderer: PackRenderer,
        _ letters: String
    ) -> Int {
        func tokens(_ mark: ConflictMark?) -> Int {
            let entry = PackEntry(subject: entry.subject, excerpt: excerpt, mark: mark)
            return renderer.tokens(of: entry, number: anyNumber, letters: letters)
        }
        let numbers = entry.conflicts.map { _ in anyNumber }
        let pins = entry.pinConflicts.map { _ in anyNumber }
        guard let mark = ConflictMark(numbers, pins: pins) else { return tokens(nil) }
        // Which of the two it will be is known at the end.
        return max(tokens(mark), tokens(.unnamed))
    }

    private func excerpt(_ index: Int, room: Int) -> Packer.Placement? {
        let entry = entries[index]
        let content = PackEntry.content(of: entry.subject)
        var inside = room - Self.tokens(of: entry, [], renderer, anyLetters)
        while inside >= Self.smallestExcerpt {
            let ranges = Excerpt(counter: renderer.counter).ranges(
                of: content,
                matches: entry.matches,
                budget: inside
            )
            guard let ranges, !ranges.isEmpty else { return nil }
            let tokens = Self.tokens(of: entry, ranges, renderer, anyLetters)
            if tokens <= room { return Packer.Placement(outcome: .excerpted, tokens: tokens, excerpt: ranges) }
            // Escapes and indents took more than the plain text.
            inside -= max(1, tokens - room)
        }
        return nil
    }
}
