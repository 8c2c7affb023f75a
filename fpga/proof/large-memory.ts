// SPDX-License-Identifier: Apache-2.0
// What the large memory of an iCE40 UP computes, in place of the model that comes with Yosys, which is for simulation alone.
//
// It reads or writes in a clock. What its output is after a write, Lattice does not say and nobody may use: here it is what
// was not written, so that whoever does use it is found out. Standby, sleep and power are not modelled: nothing here uses them.

export const LARGE_MEMORY = `
module SB_SPRAM256KA (
    input  wire [13:0] ADDRESS,
    input  wire [15:0] DATAIN,
    input  wire [3:0]  MASKWREN,
    input  wire        WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output reg  [15:0] DATAOUT
);

reg [15:0] words [0:16383];

always @(posedge CLOCK) begin
    if (CHIPSELECT & WREN) begin
        if (MASKWREN[0]) words[ADDRESS][3:0]   <= DATAIN[3:0];
        if (MASKWREN[1]) words[ADDRESS][7:4]   <= DATAIN[7:4];
        if (MASKWREN[2]) words[ADDRESS][11:8]  <= DATAIN[11:8];
        if (MASKWREN[3]) words[ADDRESS][15:12] <= DATAIN[15:12];
    end
    if (CHIPSELECT)
        DATAOUT <= WREN ? ~DATAIN : words[ADDRESS];
end

endmodule
`;
