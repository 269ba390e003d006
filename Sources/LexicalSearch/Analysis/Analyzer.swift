internal import Synchronization

/// Turns texts and queries into terms: segmentation, lower case, stop list, stemming, code tokens, bigrams.
///
/// An index and the queries on it must use the same ``signature``; a document analysed under another one is analysed again.
public final class Analyzer: Sendable {
    /// The version of the rules of analysis in this build; rises whenever the same text would give other terms.
    public static let currentVersion: UInt8 = 1

    /// The language of the texts' main script.
    public let language: Language

    /// The version of the rules.
    public let version: UInt8

    /// Rules and language in one number, to be stored beside analysed terms: `version << 8 | language`.
    public var signature: Int32 { Int32(version) << 8 | Int32(language.rawValue) }

    /// Contexts that no analysis uses now.
    private let idleContexts: Mutex<[AnalysisContext]>

    /// Makes an analyzer.
    ///
    /// - Parameters:
    ///   - language: The language of the texts' main script.
    ///   - version: The version of the rules.
    /// - Throws: `unsupportedAnalyzer` for a version that this build does not have, `stemmerUnavailable` where libstemmer lacks the
    ///   language.
    public init(
        language: Language = .english,
        version: UInt8 = Analyzer.currentVersion
    ) throws(LexicalSearchError) {
        guard version == Self.currentVersion else {
            throw LexicalSearchError(.unsupportedAnalyzer, "analyzer version \(version) is not in this build")
        }
        self.language = language
        self.version = version
        idleContexts = Mutex([try AnalysisContext(language: language)])
    }

    /// The terms of a document with their frequencies per field, the marks of its text among them.
    ///
    /// - Throws: `stemmerUnavailable` when memory for a further stemmer ran out.
    public func terms(of document: DocumentFields) throws(LexicalSearchError) -> TermVector {
        let context = try takeContext()
        defer { giveBack(context) }
        var builder = TermVectorBuilder()
        for (field, text) in document.texts {
            var analysis = TextAnalysis(
                context: context,
                stopWords: field.keepsStopWords ? .kept : .dropped,
                unigrams: true
            )
            analysis.run(over: text) { builder.add($0.term, field: field, isPrimary: $0.isPrimary) }
            if field == .text { builder.add(TextMarks(text)) }
        }
        return builder.finish()
    }

    /// The terms of a question, each once, in the order in which they first appear.
    ///
    /// A capitalised stop word inside the question (`What did Will say?`) is kept: it is found in authors and tags only.
    /// - Throws: `stemmerUnavailable` when memory for a further stemmer ran out.
    public func query(_ text: String) throws(LexicalSearchError) -> LexicalQuery {
        let context = try takeContext()
        defer { giveBack(context) }
        var query = LexicalQuery(terms: [])
        var seen: Set<String> = []
        var analysis = TextAnalysis(context: context, stopWords: .keptWhenCapitalised, unigrams: false)
        analysis.run(over: text) { found in
            if seen.insert(found.term).inserted {
                let start = text.utf8.index(text.utf8.startIndex, offsetBy: found.utf8Range.lowerBound)
                let end = text.utf8.index(start, offsetBy: found.utf8Range.count)
                query.terms.append(QueryTerm(found.term, spelling: String(text[start..<end]).lowercased()))
            }
        }
        return query
    }

    /// Where a query's terms stand in a text, for highlights: UTF-8 offsets, in order, merged where they touch or overlap.
    ///
    /// - Throws: `stemmerUnavailable` when memory for a further stemmer ran out.
    public func highlights(of query: LexicalQuery, in text: String) throws(LexicalSearchError) -> [Range<Int>] {
        let context = try takeContext()
        defer { giveBack(context) }
        let wanted = Set(query.terms.map(\.term))
        var found: [Range<Int>] = []
        var analysis = TextAnalysis(context: context, stopWords: .dropped, unigrams: true)
        analysis.run(over: text) { if wanted.contains($0.term) { found.append($0.utf8Range) } }
        var merged: [Range<Int>] = []
        for range in found.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private func takeContext() throws(LexicalSearchError) -> AnalysisContext {
        if let context = idleContexts.withLock({ $0.popLast() }) {
            return context
        }
        return try AnalysisContext(language: language)
    }

    private func giveBack(_ context: AnalysisContext) {
        idleContexts.withLock { $0.append(context) }
    }
}
