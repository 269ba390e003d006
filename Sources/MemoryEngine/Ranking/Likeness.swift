/// How like the text of one candidate that of another is, by their vectors, from -1 to 1.
package struct Likeness: Sendable, Hashable {
    /// The two texts as wholes.
    package let whole: Float
    /// The first as a whole, and whatever of the second comes nearest to it: all of it, or a sentence.
    package let nearest: Float

    package init(whole: Float, nearest: Float) {
        self.whole = whole
        self.nearest = nearest
    }
}
