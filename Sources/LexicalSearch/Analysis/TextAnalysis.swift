/// One pass over one text: runs, their terms, and what becomes of each.
struct TextAnalysis {
    /// What happens to words on the stop list.
    enum StopWordRule {
        case dropped
        case kept
        /// Kept where it stands capitalised inside the text, since it may be a name.
        case keptWhenCapitalised
    }

    /// A term where it stands.
    struct Occurrence {
        var term: String
        var utf8Range: Range<Int>
        /// Whether it counts towards the length of the field; the whole form of a code token beside its parts does not.
        var isPrimary: Bool
    }

    let context: AnalysisContext
    let stopWords: StopWordRule
    /// Whether each Han character is also a term of its own; so in documents, and in a query where it stands alone.
    let unigrams: Bool

    /// Calls `body` for every term of the text in order.
    mutating func run(over text: String, _ body: (Occurrence) -> Void) {
        let reader = SymbolReader(text)
        let compounds = CompoundTerms(symbols: reader.symbols)
        var isFirst = true
        reader.forEachRun { run in
            switch run {
            case .compound(let range):
                compounds.emit(range) { term, form, place, isPrimary in
                    let kept = finish(term, form: form, at: place, isFirst: isFirst, symbols: reader.symbols)
                    guard let kept else { return }
                    body(occurrence(kept, place, reader.symbols, isPrimary: isPrimary))
                }
            case .unspaced(let range):
                emitBigrams(range, symbols: reader.symbols, body)
            }
            isFirst = false
        }
    }

    /// The final term, or `nil` for a stop word that is dropped.
    private func finish(
        _ term: [UInt8],
        form: CompoundTerms.Form,
        at place: Range<Int>,
        isFirst: Bool,
        symbols: [Symbol]
    ) -> [UInt8]? {
        guard form != .exact else { return term }
        let script = StemmedScript(scalar: symbols[place.lowerBound].scalar)
        if form == .word, context.isStopWord(term, script: script) {
            switch stopWords {
            case .kept: break
            case .dropped: return nil
            case .keptWhenCapitalised:
                guard symbols[place.lowerBound].kind == .upper, !isFirst else { return nil }
            }
        }
        return context.stem(term, script: script)
    }

    /// Overlapping pairs of clusters (a character with its marks).
    private func emitBigrams(_ range: Range<Int>, symbols: [Symbol], _ body: (Occurrence) -> Void) {
        let starts = range.filter { symbols[$0].kind != .mark }
        func end(_ index: Int) -> Int { index + 1 < starts.count ? starts[index + 1] : range.upperBound }
        func emit(_ place: Range<Int>, isPrimary: Bool) {
            var term: [UInt8] = []
            for index in place { symbols[index].appendLowered(to: &term) }
            body(occurrence(term, place, symbols, isPrimary: isPrimary))
        }
        for index in starts.indices {
            if starts.count == 1 || (unigrams && symbols[starts[index]].kind == .han) {
                emit(starts[index]..<end(index), isPrimary: starts.count == 1)
            }
            if index + 1 < starts.count {
                emit(starts[index]..<end(index + 1), isPrimary: true)
            }
        }
    }

    private func occurrence(
        _ term: [UInt8],
        _ place: Range<Int>,
        _ symbols: [Symbol],
        isPrimary: Bool
    ) -> Occurrence {
        Occurrence(
            term: String(decoding: term, as: UTF8.self),
            utf8Range: Int(symbols[place.lowerBound].offset)..<Int(symbols[place.upperBound].offset),
            isPrimary: isPrimary
        )
    }
}
