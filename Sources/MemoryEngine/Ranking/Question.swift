/// A question as ranking reads it.
package struct Question: Sendable, Hashable {
    package let text: String
    package let cues: QuestionCues
    package let dates: QuestionDates
    /// The authors it names.
    package var mention: AuthorMention
    /// The share of its letters that an encoder for languages in Latin letters does not read, from 0 to 1.
    package let foreignShare: Float

    package init(_ text: String, authors: Set<String> = []) {
        self.text = text
        cues = QuestionCues(text)
        dates = QuestionDates(text)
        mention = AuthorMention(text, authors: authors)
        var letters = 0
        var foreign = 0
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            letters += 1
            if scalar.value >= 0x250 { foreign += 1 }
        }
        foreignShare = letters == 0 ? 0 : Float(foreign) / Float(letters)
    }
}
