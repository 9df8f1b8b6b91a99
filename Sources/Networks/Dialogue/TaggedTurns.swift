import CKernels

/// The tags of texts in turns (end to end): each row of a text is seen beside its dialogue's row after the transformer.
struct TaggedTurns {
    /// The rows that texts were taken from, and the turn's row after the transformer beside each.
    private struct Text {
        let first: Int
        let rows: Int
        let dialogue: Int
    }

    private let texts: [Text]
    private let textOutput: Panels
    private let dialogueRows: Int
    private let dialogueWidth: Int
    private let trace: Tagger.Trace

    /// Nil where no turn that counts has a text.
    ///
    /// - Parameters:
    ///   - textOutput: The rows of the column's encoded texts, which lie as `layout` says.
    ///   - dialogues: The rows after the transformer.
    ///   - tags: By turn the tags of its text.
    init?(
        _ tagger: Tagger, _ textOutput: Panels, _ layout: RowLayout, _ dialogues: Panels, _ chunk: DialogueChunk,
        column: Int, tags: [[Int32]], onlyLatest: Bool, _ field: Tagger.Field, in pass: Pass
    ) {
        let part = chunk.columns[column]
        // By row of turns the row after the transformer; of the latest turns alone they are fewer.
        var dialogueOf = [Int](repeating: -1, count: chunk.turns.count)
        if onlyLatest {
            var row = 0
            for (dialogue, length) in chunk.lengths.enumerated() {
                dialogueOf[row] = dialogue
                row += length
            }
        } else {
            for row in dialogueOf.indices { dialogueOf[row] = row }
        }
        var (texts, turns): ([Text], [Int]) = ([], [])
        for (row, source) in zip(part.rows, part.sources) where dialogueOf[Int(row)] >= 0 {
            let first = Int(layout.starts[Int(source)])
            let rows = Int(layout.starts[Int(source) + 1]) - first
            texts.append(Text(first: first, rows: rows, dialogue: dialogueOf[Int(row)]))
            turns.append(Int(chunk.turns[Int(row)]))
        }
        guard !texts.isEmpty else { return nil }
        self.texts = texts
        self.textOutput = textOutput
        (dialogueRows, dialogueWidth) = (dialogues.rows, dialogues.features)
        let x = Self.beside(texts, textOutput, dialogues, in: pass)
        let truth = Self.truth(texts, turns.map { tags[$0] }, rows: x.rows, in: pass)
        trace = tagger.forward(x, truth, in: pass)
        tagger.judge(trace, field, in: pass)
    }

    /// The loss of each text.
    var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: trace.losses, count: texts.count) }

    /// Computes the gradients of the logits for what each text counts, and how well the tags fit.
    func weigh(
        _ tagger: Tagger, _ field: Tagger.Field, weights: (_ loss: Float) -> Float, in pass: Pass
    ) -> TagScore {
        let counts = pass.take(Float.self, texts.count)
        for text in texts.indices { counts[text] = weights(trace.losses[text]) }
        tagger.differentiate(trace, field, weights: counts, in: pass)
        var score = TagScore()
        tagger.score(trace, weights: counts, into: &score)
        return score
    }

    /// Adds to the gradient of the rows after the transformer.
    ///
    /// - Returns: The gradient of the texts' rows.
    func backward(_ tagger: Tagger, addingTo dDialogues: Panels, in pass: Pass) -> Panels {
        let (textWidth, all) = (textOutput.features, texts.reduce(0) { $0 + $1.rows })
        let width = textWidth + dialogueWidth
        let dx = pass.zeroPanels(rows: all, features: width)
        tagger.backward(trace, addingTo: dx, in: pass)
        let rows = dx.rows(in: pass)
        let dText = pass.zeros(textOutput.rows * textWidth)
        let dDialogue = pass.zeros(dialogueRows * dialogueWidth)
        var row = 0
        for text in texts {
            for offset in 0..<text.rows {
                let from = rows + (row + offset) * width
                RowArithmetic.add(1, from, to: dText + (text.first + offset) * textWidth, textWidth)
                RowArithmetic.add(1, from + textWidth, to: dDialogue + text.dialogue * dialogueWidth, dialogueWidth)
            }
            row += text.rows
        }
        let added = Panels.from(dDialogue, rows: dialogueRows, features: dialogueWidth, in: pass)
        pass.kernels.dropout(added.values, dDialogues.values, added.numbers, nil, 1)
        return Panels.from(dText, rows: textOutput.rows, features: textWidth, in: pass)
    }

    /// The texts' rows one after another, each with its dialogue's row to the right.
    private static func beside(
        _ texts: [Text], _ textOutput: Panels, _ dialogues: Panels, in pass: Pass
    ) -> Panels {
        let (textWidth, all) = (textOutput.features, texts.reduce(0) { $0 + $1.rows })
        let width = textWidth + dialogues.features
        let (textRows, dialogueRows) = (textOutput.rows(in: pass), dialogues.rows(in: pass))
        let rows = pass.take(Float.self, all * width)
        var next = rows
        for text in texts {
            for offset in 0..<text.rows {
                next.update(from: textRows + (text.first + offset) * textWidth, count: textWidth)
                (next + textWidth).update(
                    from: dialogueRows + text.dialogue * dialogues.features, count: dialogues.features)
                next += width
            }
        }
        return Panels.from(rows, rows: all, features: width, in: pass)
    }

    private static func truth(_ texts: [Text], _ tags: [[Int32]], rows: Int, in pass: Pass) -> Tagger.Truth {
        let all = pass.take(Int32.self, rows)
        all.update(repeating: 0, count: rows)
        let (starts, lengths) = (pass.take(UInt32.self, texts.count), pass.take(UInt32.self, texts.count))
        var (row, longest) = (0, 0)
        for (index, text) in texts.enumerated() {
            // The last row is that of the whole text and has no tag.
            let tokens = text.rows - 1
            for (token, tag) in tags[index].prefix(tokens).enumerated() { all[row + token] = tag }
            starts[index] = UInt32(row)
            lengths[index] = UInt32(tokens)
            longest = max(longest, text.rows)
            row += text.rows
        }
        return Tagger.Truth(
            tags: all, entities: UnsafePointer(all), starts: starts, lengths: lengths, texts: texts.count,
            longest: longest)
    }
}
