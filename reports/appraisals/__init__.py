"""Staff appraisal 员工绩效: whose sheets, what happens to them, the year, the figures beside them, how long
they are kept. Figures never decide anything here; people do.
"""
