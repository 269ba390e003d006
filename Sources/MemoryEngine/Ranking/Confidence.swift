internal import Foundation

/// How likely it is that the best of what was found answers the question.
///
/// A logistic curve over two facts that do not depend on what else was found: how near the nearest vector is, and which share of
/// the question's words, by their rarity, stands in one text and around it. Calibrated on the fitting half of data/tasks so that
/// 0.5 is where as many questions have an answer as have none, were there equally many of both; docs/retrieval.md has the figures.
enum Confidence {
    /// The first few candidates are looked at.
    static let depth = 5

    private static let base: Float = -4.46
    private static let byMeaning: Float = 6
    private static let byCoverage: Float = 3
    /// In languages that the encoder does not read, words are cut finer, and fewer of them are found again.
    private static let byUnread: Float = 2.5

    /// From 0 to 1; 0 where nothing was found.
    ///
    /// - Parameters:
    ///   - meaning: The nearest cosine; nil where there are no vectors.
    ///   - coverage: The best share of the question's words.
    ///   - unread: The share of the question that the encoder does not read.
    /// - Returns: A number that grows with both facts.
    static func of(meaning: Float?, coverage: Float, unread: Float) -> Float {
        guard coverage > 0 || meaning != nil else { return 0 }
        // Where vectors say nothing, words speak for both.
        let known = meaning.map { $0 * (1 - unread) + coverage * 0.7 * unread } ?? coverage * 0.7
        let unread = meaning == nil ? 0 : unread
        return 1 / (1 + exp(-(base + byMeaning * known + byCoverage * coverage + byUnread * unread)))
    }
}
