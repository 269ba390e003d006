/// What one running analysis needs for itself: stemmers, which serve one caller at a time, and the word tables.
///
/// Safe to hand between threads because the analyzer's pool gives a context to one analysis at a time.
final class AnalysisContext: @unchecked Sendable {
    private let language: Language
    private let stemmers: [Stemmer?]
    private let stopWords: [Set<String>]
    private let irregularForms: [[String: String]]

    init(language: Language) throws(LexicalSearchError) {
        self.language = language
        var stemmers: [Stemmer?] = []
        var stopWords: [Set<String>] = []
        var irregularForms: [[String: String]] = []
        for script in StemmedScript.allCases {
            let own = script.language(of: language)
            if let algorithm = own.algorithm {
                stemmers.append(try Stemmer(algorithm: algorithm))
            } else {
                stemmers.append(nil)
            }
            stopWords.append(StopWords.list(for: own))
            irregularForms.append(IrregularForms.table(for: own))
        }
        self.stemmers = stemmers
        self.stopWords = stopWords
        self.irregularForms = irregularForms
    }

    /// Whether a lower-case word is on the stop list of its script.
    func isStopWord(_ word: [UInt8], script: StemmedScript?) -> Bool {
        guard let script else { return false }
        let list = stopWords[script.rawValue]
        return !list.isEmpty && list.contains(String(decoding: word, as: UTF8.self))
    }

    /// The term that all forms of a lower-case word share.
    func stem(_ word: [UInt8], script: StemmedScript?) -> [UInt8] {
        guard let script else { return word }
        var word = word
        let forms = irregularForms[script.rawValue]
        if !forms.isEmpty, let base = forms[String(decoding: word, as: UTF8.self)] {
            word = Array(base.utf8)
        }
        let stem = stemmers[script.rawValue]?.stem(word) ?? word
        return script == .latin ? LetterFolding.shared.fold(stem) : stem
    }
}
