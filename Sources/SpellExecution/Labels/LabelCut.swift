import SpellPlanning

/// The rows that LIMIT and OFFSET leave of the labels before anything is looked up.
struct LabelCut {
  var start = 0
  var end: Int?

  init(plan: SelectPlan) {
    guard plan.cutsLabelsFirst else { return }
    start = plan.offset
    end = plan.limit.flatMap { limit in
      let (end, overflow) = plan.offset.addingReportingOverflow(limit)
      return overflow ? nil : end
    }
  }
}
