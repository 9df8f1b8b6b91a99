import CKernels

/// Brings the encoded rows of attributes to where they stand in the rows of turns, and their gradients back. Each turn has
/// its own dropout; what it lacks is zero.
struct TurnRows {
    let layout: RowLayout
    let panels: Panels
    /// By column; nil where no turn has the attribute.
    private var traces: [AttributeEncoder.Trace?] = []
    private var dropouts: [Dropout?] = []

    init(_ chunk: DialogueChunk, _ network: DialogueNetwork, in pass: Pass) {
        layout = RowLayout(lengths: chunk.lengths, in: pass)
        panels = pass.zeroPanels(rows: layout.rows, features: network.turnWidth)
        for (column, part) in zip(network.columns, chunk.columns) {
            guard !part.rows.isEmpty else {
                traces.append(nil)
                dropouts.append(nil)
                continue
            }
            let trace = column.encoder.forward(
                part.picks, before: part.before, longest: part.longest, in: pass)
            let dropout = pass.nextDropout(column.dropout)
            traces.append(trace)
            dropouts.append(dropout)
            pass.scoped {
                let width = column.encoder.width
                let copies = pass.take(Float.self, part.rows.count * width)
                for (index, source) in part.sources.enumerated() {
                    (copies + index * width).update(from: trace.rows + Int(source) * width, count: width)
                }
                let placed = pass.zeroPanels(rows: layout.rows, features: width)
                pass.kernels.rows_to_panels(
                    copies, width, part.rows.count, width, part.rows, placed.values, 0)
                forEachPanel(column, dropout) { place, panel, count, dropout in
                    pass.kernels.dropout(placed.values + panel, panels.values + place, count, dropout, 1)
                }
            }
        }
    }

    /// The texts of a column, as they were encoded.
    func text(of column: Int) -> (output: Panels, layout: RowLayout)? { traces[column]?.text }

    /// Gives the gradient of the turns' rows back to the attributes.
    ///
    /// - Parameter text: A column whose texts' rows have a gradient of their own, and that gradient.
    func backward(
        _ dx: Panels, text: (column: Int, gradient: Panels)?, _ chunk: DialogueChunk, _ network: DialogueNetwork,
        in pass: Pass
    ) {
        for (index, column) in network.columns.enumerated() {
            guard let trace = traces[index] else { continue }
            let part = chunk.columns[index]
            let width = column.encoder.width
            let dRows = pass.zeros(trace.count * width)
            pass.scoped {
                let dPlaced = pass.panels(rows: layout.rows, features: width)
                forEachPanel(column, dropouts[index]) { place, panel, count, dropout in
                    pass.kernels.dropout(dx.values + place, dPlaced.values + panel, count, dropout, 0)
                }
                let dCopies = pass.take(Float.self, part.rows.count * width)
                pass.kernels.panels_to_rows(dPlaced.values, width, part.rows, part.rows.count, dCopies, width)
                for (copy, source) in part.sources.enumerated() {
                    RowArithmetic.add(1, dCopies + copy * width, to: dRows + Int(source) * width, width)
                }
            }
            let dText = text?.column == index ? text?.gradient : nil
            column.encoder.backward(trace, dRows, text: dText, in: pass)
        }
    }

    /// Calls `body` for each panel with where a column's numbers begin in the panels of turns, where they do in panels of
    /// their own, how many there are, and what of them is dropped.
    private func forEachPanel(
        _ column: DialogueNetwork.Column, _ dropout: Dropout?,
        _ body: (_ place: Int, _ panel: Int, _ count: Int, _ dropout: UnsafePointer<parley_dropout>?) -> Void
    ) {
        let count = column.encoder.width * Panels.lanes
        for panel in 0..<panels.count {
            var ofPanel = dropout
            ofPanel?.c.first = UInt64(panel * count)
            withDropout(ofPanel) {
                body((panel * panels.features + column.offset) * Panels.lanes, panel * count, count, $0)
            }
        }
    }
}
