import ExactText

/// The training sentences of a conditional random field, with attributes and labels as numbers in the order in which
/// they first appear.
package struct FieldExamples {
    /// The names of attributes.
    private(set) var attributes: [[UInt8]] = []
    /// The names of labels.
    private(set) var labels: [String] = []
    /// The words of each sentence.
    private(set) var sentences: [Range<Int>] = []
    /// Where the attributes of each word begin; one more entry than words.
    private(set) var starts: [Int] = [0]
    private(set) var ids: [Int32] = []
    private(set) var weights: [Double] = []
    /// The label of each word.
    private(set) var tags: [Int32] = []

    /// No sentences yet.
    package init() {}

    private var attributeIDs: [[UInt8]: Int32] = [:]
    private var labelIDs: [ExactString: Int32] = [:]

    /// The number of words.
    var words: Int { tags.count }

    /// Adds a sentence with a label for each of its words.
    package mutating func add(_ tokens: [FieldToken], _ window: FieldWindow, labels: [String]) {
        guard !tokens.isEmpty else { return }
        var name: [UInt8] = []
        for index in tokens.indices {
            window.forEachAttribute(of: index, in: tokens, name: &name) { name, weight in
                let key = copy name
                let id = attributeIDs[key] ?? Int32(truncatingIfNeeded: attributes.count)
                if Int(id) == attributes.count {
                    attributeIDs[key] = id
                    attributes.append(key)
                }
                ids.append(id)
                weights.append(weight)
            }
            starts.append(ids.count)
        }
        for label in labels {
            let id = labelIDs[label] ?? Int32(truncatingIfNeeded: self.labels.count)
            if Int(id) == self.labels.count {
                labelIDs[label] = id
                self.labels.append(label)
            }
            tags.append(id)
        }
        sentences.append(words - tokens.count..<words)
    }
}
