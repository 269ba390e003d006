internal import Foundation

/// How likely it is that the best of what was found answers the question.
///
/// A logistic curve over two facts that do not depend on what else was found: how near the nearest vector is, and which share of
/// the question's words, by their rarity, stands in one text and around it. Its coefficients are set by hand: it orders answers by
/// how far they are to be relied on, and is not calibrated.
enum Confidence {
    /// The first few candidates are looked at.
    static let depth = 5

    private static let base: Float = -4
    private static let byMeaning: Float = 6
    private static let byCoverage: Float = 3

    /// From 0 to 1; 0 where nothing was found.
    ///
    /// - Parameters:
    ///   - meaning: The nearest cosine; nil where there are no vectors.
    ///   - coverage: The best share of the question's words.
    ///   - unread: The share of the question that the encoder does not read.
    /// - Returns: A number that grows with both facts, not a measured probability.
    static func of(meaning: Float?, coverage: Float, unread: Float) -> Float {
        guard coverage > 0 || meaning != nil else { return 0 }
        // Where vectors say nothing, words speak for both.
        let known = meaning.map { $0 * (1 - unread) + coverage * 0.7 * unread } ?? coverage * 0.7
        return 1 / (1 + exp(-(base + byMeaning * known + byCoverage * coverage)))
    }
}
