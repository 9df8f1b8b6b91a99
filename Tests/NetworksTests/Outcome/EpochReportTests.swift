import Testing

@testable import Networks

@Suite("What an epoch brought")
struct EpochReportTests {
    @Test("figures keep their order")
    func figures() {
        let report = EpochReport(epoch: 1, epochs: 2, steps: 4, figures: [("t_loss", 2.5), ("i_acc", 0.5)])
        #expect(report.figures.map(\.name) == ["t_loss", "i_acc"])
        #expect(report.figures.map(\.value) == [2.5, 0.5])
    }

    @Test("figures of examples held back come after the others")
    func heldBack() {
        var report = EpochReport(epoch: 1, epochs: 2, steps: 4, figures: [("t_loss", 2.5)])
        #expect(report.heldBackFigures.isEmpty)
        report.heldBackFigures = [("t_loss", 3), ("i_acc", 0.5)]
        #expect(report.figures.map(\.name) == ["t_loss", "val_t_loss", "val_i_acc"])
        #expect(report.learnedFigures.map(\.value) == [2.5])
    }
}
