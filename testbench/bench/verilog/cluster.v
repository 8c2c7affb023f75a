// SPDX-License-Identifier: Apache-2.0
// cluster: several systems side by side, for a design whose cycle takes longer.
//
// Each gets the interrupt a cycle after the one before it.

`default_nettype none

module cluster #(
    parameter SYSTEMS = 4  // 2 or more
) (
    input  wire        clk,
    input  wire        rst,

    input  wire        irq,

    output reg  [31:0] checksum,  // of all, one XOR the next
    output wire        trap       // one of them stands still
);

reg  [SYSTEMS-1:0]    irqs;   // [i]: into system i
wire [32*SYSTEMS-1:0] sums;
wire [SYSTEMS-1:0]    traps;

always @(posedge clk) begin
    irqs <= {irqs[SYSTEMS-2:0], irq};
    if (rst) irqs <= {SYSTEMS{1'b0}};
end

genvar i;
generate for (i = 0; i < SYSTEMS; i = i + 1) begin : gen_system
    soc soc_u (
        .clk      (clk),
        .rst      (rst),
        .irq      (irqs[i]),
        .checksum (sums[32*i +: 32]),
        .trap     (traps[i])
    );
end endgenerate

integer k;
always @* begin
    checksum = 32'd0;
    for (k = 0; k < SYSTEMS; k = k + 1) checksum = checksum ^ sums[32*k +: 32];
end

assign trap = traps != {SYSTEMS{1'b0}};

endmodule

`default_nettype wire
