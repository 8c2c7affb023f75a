// SPDX-License-Identifier: Apache-2.0
// soc: an rv32 core with 16 KiB of memory and a program that never ends, which
// loads, computes, multiplies, divides, stores and branches.
//
// After each round the program stores to address 0x1000_0000, which adds the
// word to the checksum. An interrupt's handler does so too, with its count.

`default_nettype none

module soc (
    input  wire        clk,
    input  wire        rst,

    input  wire        irq,       // one cycle is enough

    output reg  [31:0] checksum,  // of what the program stored
    output wire        trap       // the core stands still
);

localparam WORDS = 4096;

reg  [31:0] ram [0:WORDS-1];

wire        mem_valid;
wire [31:0] mem_addr;
wire [31:0] mem_wdata;
wire [3:0]  mem_wstrb;
reg         mem_ready;
reg  [31:0] mem_rdata;

rv32 core_u (
    .clk       (clk),
    .rst       (rst),
    .mem_valid (mem_valid),
    .mem_addr  (mem_addr),
    .mem_wdata (mem_wdata),
    .mem_wstrb (mem_wstrb),
    .mem_ready (mem_ready),
    .mem_rdata (mem_rdata),
    .irq       (irq),
    .trap      (trap)
);

// A request is answered in the cycle after.
wire        accepted = mem_valid && !mem_ready;
wire        is_sum   = mem_addr[31:14] == 18'h0_4000;
wire [11:0] word     = mem_addr[13:2];

always @(posedge clk) begin
    if (accepted) begin
        mem_rdata <= ram[word];
        if (!is_sum && mem_wstrb[0]) ram[word][7:0]   <= mem_wdata[7:0];
        if (!is_sum && mem_wstrb[1]) ram[word][15:8]  <= mem_wdata[15:8];
        if (!is_sum && mem_wstrb[2]) ram[word][23:16] <= mem_wdata[23:16];
        if (!is_sum && mem_wstrb[3]) ram[word][31:24] <= mem_wdata[31:24];
    end
end

always @(posedge clk) begin
    mem_ready <= accepted;
    if (accepted && is_sum && mem_wstrb == 4'b1111) checksum <= {checksum[30:0], checksum[31]} + mem_wdata;
    if (rst) begin
        mem_ready <= 1'b0;
        checksum  <= 32'd0;
    end
end

// The program: x1 checksum address, x2 table, x3 its end, x4 running value.
initial begin
    ram[0] = 32'h01c0006f;   // jal x0, start
    ram[1] = 32'h00000013;   // addi x0, x0, 0
    ram[2] = 32'h00000013;   // addi x0, x0, 0
    ram[3] = 32'h00000013;   // addi x0, x0, 0
    // interrupt:
    ram[4] = 32'h001f8f93;   // addi x31, x31, 1
    ram[5] = 32'h01f0a023;   // sw x31, 0(x1)
    ram[6] = 32'h30200073;   // mret
    // start:
    ram[7] = 32'h100000b7;   // lui x1, 0x10000
    ram[8] = 32'h40000113;   // addi x2, x0, 1024
    ram[9] = 32'h10010193;   // addi x3, x2, 256
    ram[10] = 32'h00100213;  // addi x4, x0, 1
    ram[11] = 32'h00000f93;  // addi x31, x0, 0
    ram[12] = 32'h30046073;  // csrrsi x0, mstatus, 8
    ram[13] = 32'h00010293;  // addi x5, x2, 0
    // fill:
    ram[14] = 32'h0042a023;  // sw x4, 0(x5)
    ram[15] = 32'h02520213;  // addi x4, x4, 37
    ram[16] = 32'h00428293;  // addi x5, x5, 4
    ram[17] = 32'hfe329ae3;  // bne x5, x3, fill
    // round:
    ram[18] = 32'h00010293;  // addi x5, x2, 0
    // step:
    ram[19] = 32'h0002a303;  // lw x6, 0(x5)
    ram[20] = 32'h00624233;  // xor x4, x4, x6
    ram[21] = 32'h00521393;  // slli x7, x4, 5
    ram[22] = 32'h00720233;  // add x4, x4, x7
    ram[23] = 32'h40b25393;  // srai x7, x4, 11
    ram[24] = 32'h40720433;  // sub x8, x4, x7
    ram[25] = 32'h0082a023;  // sw x8, 0(x5)
    ram[26] = 32'h0012c483;  // lbu x9, 1(x5)
    ram[27] = 32'h00920233;  // add x4, x4, x9
    ram[28] = 32'h00428293;  // addi x5, x5, 4
    ram[29] = 32'hfc32ece3;  // bltu x5, x3, step
    ram[30] = 32'h02820433;  // mul x8, x4, x8
    ram[31] = 32'h0014e493;  // ori x9, x9, 1
    ram[32] = 32'h02927533;  // remu x10, x4, x9
    ram[33] = 32'h00a40233;  // add x4, x8, x10
    ram[34] = 32'h008005ef;  // jal x11, report
    ram[35] = 32'hfbdff06f;  // jal x0, round
    // report:
    ram[36] = 32'h0040a023;  // sw x4, 0(x1)
    ram[37] = 32'h00058067;  // jalr x0, 0(x11)
end

wire unused = &{1'b0, mem_addr[1:0]};

endmodule

`default_nettype wire
